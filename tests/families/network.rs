//! The ordinary course of things, step by step: requests, work in progress, answers.

use super::check::{NOBODY_SIGNED_OUT, Violation, ensure};
use super::client::Heard;
use super::request::{Answer, Fault, Moment, Request, Sender};
use super::server::{Stage, Work};
use super::world::{World, take};

impl World {
    pub fn send(&mut self, tab: usize) {
        self.sent += 1;
        let request = self.client.send(tab, self.sent);
        let generation = self.shared.generation(&request.token);
        self.note(&format!("tab {tab} sends request {} with generation {generation}", request.id));
        self.requests.push(request);
    }

    pub fn deliver(&mut self, request: usize, server: usize, again: bool) {
        let Some(request) = take(&mut self.requests, request) else { return };
        if again {
            self.requests.push(request.clone());
        }
        if self.is_later_than_promised(&request) {
            return self.note(&format!("request {} is later than anything is promised for: lost", request.id));
        }
        self.begin(request, server);
    }

    /// A server takes a request on. Malformed tokens are refused here.
    pub fn begin(&mut self, request: Request, server: usize) {
        self.note(&format!("request {} reaches server {server}", request.id));
        let moment = Moment { now: self.now(server), clock: self.clock, event: self.events };
        match Work::begin(&self.shared, request.clone(), server, self.newest[server], moment) {
            Some(work) => self.work.push(work),
            None => self.answers.push((request, Answer::Refused("malformed"))),
        }
    }

    pub fn step(&mut self, work: usize, fault: Fault) -> Result<(), Violation> {
        let Some(mut work) = take(&mut self.work, work) else { return Ok(()) };
        if self.innocent && self.is_far_behind(&work.request.token) {
            self.note(&format!("request {} is more than three generations late: lost", work.request.id));
            return Ok(());
        }
        let (id, from) = (work.request.id, work.stage.name());
        let done = work.step(&mut self.shared, &mut self.check, self.clock, fault);
        self.note(&format!("request {id}: {from} -> {} ({fault:?})", work.stage.name()));
        done?;
        if let Stage::Reply(answer) = work.stage {
            self.answers.push((work.request, answer));
        } else {
            self.work.push(work);
        }
        Ok(())
    }

    pub fn answer(&mut self, answer: usize) -> Result<(), Violation> {
        let Some((request, answer)) = take(&mut self.answers, answer) else { return Ok(()) };
        self.hear(&request, &answer)
    }

    fn hear(&mut self, request: &Request, answer: &Answer) -> Result<(), Violation> {
        match (request.from, answer) {
            (Sender::Thief, Answer::Granted(token)) => self.stolen = Some(token.clone()),
            (Sender::Thief, _) => {}
            (Sender::Tab(tab), _) => {
                let heard = self.client.hear(tab, request.id, answer);
                let words = self.words(answer);
                self.note(&format!("tab {tab} hears {words} to request {}: {heard:?}", request.id));
                ensure(!self.innocent || heard != Heard::SignedOut, NOBODY_SIGNED_OUT, || {
                    format!("tab {tab} was answered {words}")
                })?;
            }
        }
        Ok(())
    }

    /// A whole refresh in which nothing goes wrong, by a tab.
    pub fn refresh(&mut self, tab: usize, server: usize) -> Result<Answer, Violation> {
        self.send(tab);
        let request = self.requests.pop().expect("just sent");
        let answer = self.finish(request.clone(), server)?;
        self.hear(&request, &answer)?;
        Ok(answer)
    }

    /// A whole refresh in which nothing goes wrong, by whoever holds this token.
    pub fn present(&mut self, token: &str, key: Option<&str>) -> Result<Answer, Violation> {
        self.sent += 1;
        let (token, key) = (token.to_owned(), key.map(str::to_owned));
        self.finish(Request { id: self.sent, from: Sender::Thief, token, key }, 0)
    }

    fn finish(&mut self, request: Request, server: usize) -> Result<Answer, Violation> {
        let id = request.id;
        self.begin(request, server);
        while self.work.last().is_some_and(|work| work.request.id == id) {
            self.step(self.work.len() - 1, Fault::None)?;
        }
        let (_, answer) = self.answers.pop().expect("without faults every request is answered");
        Ok(answer)
    }

    pub fn crash(&mut self, server: usize) {
        self.work.retain(|work| work.server != server);
        self.note(&format!("server {server} is killed and restarted"));
    }

    fn words(&self, answer: &Answer) -> String {
        match answer {
            Answer::Granted(token) => format!("200 with generation {}", self.shared.generation(token)),
            Answer::Refused(reason) => format!("400 {reason}"),
            Answer::Unavailable => "503".to_owned(),
        }
    }
}

//! What must happen as one step at the server, in Lua. Each script touches one key.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use redis::{Cmd, cmd};

/// Replaces a record; `record` explains bytes 0 to 8.
///
/// ARGV: the deadline in milliseconds of the server's own clock, what the record must begin with, the
/// new record, how long it is kept in milliseconds. 1: done; 0: it begins otherwise, or is not there;
/// -1: too late, and nothing was looked at (M6).
const SWAP: &str = "\
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 > tonumber(ARGV[1]) then return -1 end
if redis.call('GETRANGE', KEYS[1], 0, 8) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1";

/// Revokes a record, without knowing more of it than whether it is revoked already (65 is the letter of
/// an active one), and keeps its time to live.
///
/// ARGV: the new version; state and time. 1: it is revoked now, by this or before; 0: it is not
/// there. The version is written in both cases, so that a WAIT behind it has a write to wait for.
const REVOKE: &str = "\
local value = redis.call('GET', KEYS[1])
if not value then return 0 end
local state = value:byte(9) == 65 and ARGV[2] .. value:sub(10) or value:sub(9)
redis.call('SET', KEYS[1], ARGV[1] .. state, 'KEEPTTL')
return 1";

/// Deletes a record.
///
/// ARGV: what the record must begin with. 1: done; 0: it begins otherwise, or is not there.
const FORGET: &str = "\
if redis.call('GETRANGE', KEYS[1], 0, 8) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])";

/// Notes a session in its user's index, forgets those whose absolute expiry has come, and keeps the
/// index for as long as its last entry.
///
/// Scores are whole seconds of the server's clock, which Redis keeps shorter than milliseconds.
/// ARGV: the session's id, seconds until its absolute expiry.
const INDEX: &str = "\
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1])
redis.call('ZADD', KEYS[1], time[1] + ARGV[2], ARGV[1])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('EXPIREAT', KEYS[1], last[2])
return 1";

/// Reads a counter into `lockouts`, `ends` and `attempts` (`throttle::Counter`), without what does not count
/// any more, and defines `keep`, which writes it for as long as it is of use, and a minute longer: the
/// callers' clocks differ a little.
///
/// The value is text: lock-outs, the end of the last one or 0, and when the attempts began, oldest first,
/// those that are not known to have failed with a `?`. ARGV: now, the window, the longest wait in windows;
/// times in milliseconds. The time is the caller's, as everywhere in the rule.
macro_rules! counter {
    ($step:literal) => {
        concat!(
            "\
local now, window, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local lockouts, ends, attempts = 0, 0, {}
local value = redis.call('GET', KEYS[1])
if value then
  local word = string.gmatch(value, '%S+')
  lockouts, ends = tonumber(word()), tonumber(word())
  if now >= ends + window * longest then lockouts, ends = 0, 0 end
  for attempt in word do
    local begun = tonumber(string.match(attempt, '%d+'))
    if now < begun + window then table.insert(attempts, {begun, string.sub(attempt, -1) ~= '?'}) end
  end
end
local function keep()
  local last = #attempts > 0 and attempts[#attempts][1] + window or now
  if lockouts > 0 then last = math.max(last, ends + window * longest) end
  if last <= now then return redis.call('DEL', KEYS[1]) end
  local text = string.format('%d %.0f', lockouts, ends)
  for _, attempt in ipairs(attempts) do
    text = text .. string.format(' %.0f', attempt[1]) .. (attempt[2] and '' or '?')
  end
  redis.call('SET', KEYS[1], text, 'PX', string.format('%.0f', last - now + 60000))
end
",
            $step
        )
    };
}

/// Judges an attempt and counts it where it may go on.
///
/// ARGV\[4\]: the limit; 5: for how long an attempt is pending. 0: counted; else refused until then.
const BEGIN: &str = counter!(
    "\
local limit, pending_for = tonumber(ARGV[4]), tonumber(ARGV[5])
if now < ends then return ends end
if #attempts < limit then
  table.insert(attempts, {now, false})
  table.sort(attempts, function(a, b) return a[1] < b[1] end)
  keep()
  return 0
end
local failed, settled = 0, nil
for _, attempt in ipairs(attempts) do
  local until_then = attempt[1] + pending_for
  if attempt[2] or now >= until_then then failed = failed + 1 else settled = settled or until_then end
end
if failed < limit then return settled end
lockouts = lockouts + 1
ends = lockouts == 1 and attempts[#attempts - limit + 1][1] + window
  or now + window * math.min(2 ^ (lockouts - 1), longest)
keep()
return ends"
);

/// Settles an attempt.
///
/// ARGV\[4\]: when it began; 5: 1 where it is taken back, 0 where it has failed.
const SETTLE: &str = counter!(
    "\
local found = nil
for place, attempt in ipairs(attempts) do
  local is_first = not found or attempts[found][2] and not attempt[2]
  if attempt[1] == tonumber(ARGV[4]) and is_first then found = place end
end
if found then
  if ARGV[5] == '1' then table.remove(attempts, found) else attempts[found][2] = true end
  keep()
end
return 1"
);

/// Notes a place of an account by the time of its last sign-in, and forgets those that are old or too many.
///
/// ARGV: the place, now, up to when places are forgotten, how many are kept, how many seconds the key is kept.
const NOTE: &str = "\
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local rest = redis.call('ZRANGE', KEYS[1], 0, -1 - ARGV[4])
if #rest > 0 then redis.call('ZREM', KEYS[1], unpack(rest)) end
redis.call('EXPIREAT', KEYS[1], redis.call('TIME')[1] + ARGV[5])
return 1";

/// A script and the name under which servers cache it.
pub(super) struct Script {
    text: &'static str,
    hash: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        Self { text, hash: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    /// Runs it on a key; arguments can be added.
    pub(super) fn command(&self, by: By, key: &[u8]) -> Cmd {
        let mut command = match by {
            By::Hash => cmd("EVALSHA").arg(&self.hash).take(),
            By::Text => cmd("EVAL").arg(self.text).take(),
        };
        command.arg(1).arg(key);
        command
    }
}

/// How a script is named.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// By its hash, which is short: where the server has it.
    Hash,
    /// By its text, which the server then keeps.
    Text,
}

/// All of them.
pub(super) struct Scripts {
    pub swap: Script,
    pub revoke: Script,
    pub forget: Script,
    pub index: Script,
    pub begin: Script,
    pub settle: Script,
    pub note: Script,
}

impl Scripts {
    /// The scripts, hashed.
    pub(super) fn new() -> Self {
        let [swap, revoke, forget, index] = [SWAP, REVOKE, FORGET, INDEX].map(Script::new);
        let [begin, settle, note] = [BEGIN, SETTLE, NOTE].map(Script::new);
        Self { swap, revoke, forget, index, begin, settle, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_server() {
        assert_eq!(Script::new("return 1").hash, "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    }
}

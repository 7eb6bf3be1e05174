//! The gateways there are, how each is started, and where they differ.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A gateway that can be tried.
pub struct Kind {
    pub name: &'static str,
    /// In examples/gateways; the first is what it is started with.
    pub examples: &'static [&'static str],
    /// The command that runs it in a folder which holds its examples.
    pub command: fn(&Path) -> Command,
    /// Whether it asks jeton about every request, or checks tokens by itself.
    pub asks: bool,
    /// Whether a scope is asked of jeton too, whose challenge then comes with the 403.
    pub asks_for_scope: bool,
}

const ALL: &[Kind] = &[
    Kind { name: "nginx", examples: &["nginx.conf"], command: nginx, asks: true, asks_for_scope: true },
    Kind {
        name: "traefik",
        examples: &["traefik.yaml", "traefik-dynamic.yaml"],
        command: traefik,
        asks: true,
        asks_for_scope: true,
    },
    Kind { name: "caddy", examples: &["Caddyfile"], command: caddy, asks: true, asks_for_scope: true },
    Kind {
        name: "envoy-ext-authz",
        examples: &["envoy-ext-authz.yaml"],
        command: envoy,
        asks: true,
        asks_for_scope: false,
    },
    Kind {
        name: "envoy-jwt-authn",
        examples: &["envoy-jwt-authn.yaml"],
        command: envoy,
        asks: false,
        asks_for_scope: false,
    },
];

/// Those that are to be tried.
pub fn tried() -> Vec<&'static Kind> {
    let names = std::env::var("JETON_GATEWAYS").unwrap_or_else(|_| "nginx".to_owned());
    let kind = |name: &str| ALL.iter().find(|kind| kind.name == name);
    names.split(',').map(|name| kind(name).unwrap_or_else(|| panic!("no gateway is called {name}"))).collect()
}

/// What Debian's nginx.conf does: include the file in its http block. One process, so that none is
/// left when it is killed; every path is in the folder.
fn nginx(folder: &Path) -> Command {
    let main = "daemon off; master_process off; pid nginx.pid; events {} http { access_log off; \
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; \
                scgi_temp_path scgi; include nginx.conf; }";
    fs::write(folder.join("main.conf"), main).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-c", "main.conf", "-p"]).arg(folder);
    command
}

fn traefik(_: &Path) -> Command {
    let mut command = Command::new("traefik");
    command.arg("--configFile=traefik.yaml");
    command
}

fn caddy(folder: &Path) -> Command {
    let mut command = Command::new("caddy");
    command.args(["run", "--config", "Caddyfile"]);
    // Its API has a fixed port otherwise, and its state a place in the home folder.
    command.env("CADDY_ADMIN", format!("unix/{}", folder.join("admin").display()));
    command.envs([("HOME", folder), ("XDG_DATA_HOME", folder), ("XDG_CONFIG_HOME", folder)]);
    command
}

fn envoy(folder: &Path) -> Command {
    let file = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some());
    let mut command = Command::new("envoy");
    command.args(["--disable-hot-restart", "--concurrency", "1", "--log-level", "warn", "-c"]);
    command.arg(file.expect("its example is there"));
    command
}

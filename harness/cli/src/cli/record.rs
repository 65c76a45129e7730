//! `record`: a proxy that records the traffic between a client and a server.

use super::{Exit, Failure, interrupt, output, written};
use clap::Args;
use invite_reference::{Certificate, TlsFlags};
use invite_relay::{Passed, Relay};
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use invite_text::Untrusted;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often what passed is written down.
const PAUSE: Duration = Duration::from_secs(2);

/// Record the traffic between a client and a server, without secrets.
///
/// Give the client the address of `--listen` instead of the server's. Ctrl-C ends the recording, which is
/// also written every few seconds. `judge` reads it and says what is wrong with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  invite-conformance record --target https://conferences.example --out trace.json
  invite-conformance judge trace.json")]
pub(crate) struct Recording {
    /// The server
    #[arg(long, value_name = "URL")]
    target: String,
    /// Where the recording goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Address to listen on; port 0 for any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8091")]
    listen: SocketAddr,
    /// Trust this certificate of the server, in PEM form
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// Do not check the server's certificate
    #[arg(long)]
    insecure: bool,
    #[command(flatten)]
    tls: TlsFlags,
    /// Do not show what passes
    #[arg(long, short)]
    quiet: bool,
}

impl Recording {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let target = self.target()?;
        let certificate = self.certificate()?;
        written::try_place(&self.out).map_err(|error| {
            Failure::usage(format!("cannot write {}: {error}", self.out.display()))
        })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let exit = runtime.block_on(self.record(&target, certificate));
        // Clients may still hold connections.
        runtime.shutdown_background();
        exit
    }

    fn target(&self) -> Result<Target, Failure> {
        let nobody = || CredentialsFile { key: "none".to_owned(), secret: "none".to_owned() };
        let file = TargetFile {
            url: Some(self.target.clone()),
            application: Some(nobody()),
            ca_cert: self.ca_cert.clone(),
            insecure: self.insecure,
            ..TargetFile::default()
        };
        file.resolve("--target", |_| None).map_err(|error| Failure::usage(error.to_string()))
    }

    fn certificate(&self) -> Result<Option<Certificate>, Failure> {
        let made = self.tls.certificate(self.listen.ip());
        made.map_err(|error| {
            let cause = std::error::Error::source(&error).map(|it| format!(": {it}"));
            Failure::usage(format!("{error}{}", cause.unwrap_or_default()))
        })
    }

    async fn record(
        &self,
        target: &Target,
        certificate: Option<Certificate>,
    ) -> Result<Exit, Failure> {
        let began = Instant::now();
        let quiet = self.quiet;
        let watch = move |passed: &Passed| {
            if !quiet {
                let line = passed.to_string();
                let seconds = began.elapsed().as_secs_f64();
                output::complain(&format!("{seconds:>8.3}  {}", Untrusted(&line)));
            }
        };
        let interrupt = interrupt::Interrupt::listen_and_say("the recording ends here")
            .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))?;
        let tls = certificate.map(|certificate| certificate.acceptor());
        let relay = Relay::start(self.listen, target, tls, watch).await;
        let relay = relay.map_err(|error| Failure::usage(error.to_string()))?;
        let relayed = Untrusted(&self.target);
        output::print(&format!("recording at {} (in front of {relayed})\n", relay.url()))?;
        let mut kept = 0;
        let mut pause = PAUSE;
        loop {
            let ended = tokio::select! {
                _ = interrupt.wanted() => true,
                () = tokio::time::sleep(pause) => false,
            };
            let now = relay.events();
            if now != kept {
                let began = Instant::now();
                let trace = output::json(&relay.trace())?;
                written::write(&self.out, &trace, false).map_err(|error| {
                    Failure::harness(format!("cannot write {}: {error}", self.out.display()))
                })?;
                kept = now;
                // A long recording is written down less often.
                pause = PAUSE.max(began.elapsed() * 10);
            }
            if ended {
                return self.end(&relay);
            }
        }
    }

    /// What came of it.
    fn end(&self, relay: &Relay) -> Result<Exit, Failure> {
        let (calls, sockets) = relay.counts();
        if relay.others() > 0 {
            output::complain(&format!(
                "{} requests are not part of the protocol: passed on, but not recorded",
                relay.others()
            ));
        }
        if relay.dropped() > 0 {
            let dropped = relay.dropped();
            output::complain(&format!("the recording is full: {dropped} events were dropped"));
        }
        if calls == 0 && sockets == 0 {
            return Err(Failure {
                exit: Exit::Untestable,
                message: format!(
                    "nothing was recorded: no client called {} (give the client this address \
                     instead of the server's)",
                    relay.url()
                ),
            });
        }
        let out = self.out.display();
        output::print(&format!(
            "{calls} calls and {sockets} WebSockets in {out}\n\
             Next: invite-conformance judge {out}\n"
        ))?;
        Ok(Exit::Conforms)
    }
}

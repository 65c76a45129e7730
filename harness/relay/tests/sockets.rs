//! WebSockets behind the relay: how one ends, and what is pushed to it before a response.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

use futures_util::{SinkExt as _, StreamExt as _};
use invite_relay::{PUSHED_WITHIN, Relay};
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use invite_spec::endpoint::{Operation, SOCKET_PATH};
use invite_trace::Event;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Server = WebSocketStream<TcpStream>;

/// A server, and a relay in front of it.
async fn before_a_server() -> (Relay, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let credentials = CredentialsFile { key: "key".to_owned(), secret: "secret".to_owned() };
    let file =
        TargetFile { url: Some(url), application: Some(credentials), ..TargetFile::default() };
    let target: Target = file.resolve("test", |_| None).unwrap();
    let listen = ([127, 0, 0, 1], 0).into();
    (Relay::start(listen, &target, None, |_| ()).await.unwrap(), listener)
}

/// A WebSocket through a relay: the client's end and the server's.
async fn opened(relay: &Relay, listener: &TcpListener) -> (Client, Server) {
    let address = format!("ws://{}{SOCKET_PATH}?Token=some", relay.address());
    let accepted = async { accept_async(listener.accept().await.unwrap().0).await.unwrap() };
    let (client, server) = tokio::join!(connect_async(address), accepted);
    (client.unwrap().0, server)
}

/// A relay, and a WebSocket through it: the client's end and the server's.
async fn through() -> (Relay, Client, Server) {
    let (relay, listener) = before_a_server().await;
    let (client, server) = opened(&relay, &listener).await;
    (relay, client, server)
}

/// Asks to join through the relay; the server answers at once.
async fn joins(relay: &Relay, listener: &TcpListener) -> String {
    let mut client = TcpStream::connect(relay.address()).await.unwrap();
    let asked = "POST /v1/conferences/c-1/join HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\
                 content-length: 2\r\n\r\n{}";
    client.write_all(asked.as_bytes()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    let mut asked = [0; 4_096];
    assert_ne!(server.read(&mut asked).await.unwrap(), 0);
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    server.write_all(answer.as_bytes()).await.unwrap();
    let mut answered = String::new();
    client.read_to_string(&mut answered).await.unwrap();
    answered
}

/// Whose WebSockets are those that name nobody.
const SOMEBODY: &str = "application";

fn close(code: u16, reason: &str) -> Message {
    Message::Close(Some(CloseFrame { code: code.into(), reason: reason.to_owned().into() }))
}

/// What one side hears until the connection ends. A connection that ends without a close frame is an
/// error, which browsers report to applications as code 1006.
async fn heard<S>(mut side: S) -> Vec<Message>
where
    S: futures_util::Stream<Item = tokio_tungstenite::tungstenite::Result<Message>> + Unpin,
{
    let mut heard = Vec::new();
    while let Some(message) = side.next().await {
        heard.push(message.expect("the connection ends in good order"));
    }
    heard
}

#[tokio::test]
async fn a_client_that_closes_is_answered_and_the_server_hears_why() {
    let (_relay, mut client, server) = through().await;
    client.send(close(1000, "done")).await.unwrap();
    let (client, server) = tokio::join!(heard(client), heard(server));
    assert!(matches!(client[..], [Message::Close(_)]), "{client:?}");
    assert_eq!(server, [close(1000, "done")]);
}

#[tokio::test]
async fn a_server_that_closes_is_answered_and_the_client_hears_why() {
    let (_relay, client, mut server) = through().await;
    server.send(close(1001, "restart")).await.unwrap();
    let (client, server) = tokio::join!(heard(client), heard(server));
    assert_eq!(client, [close(1001, "restart")]);
    assert!(matches!(server[..], [Message::Close(_)]), "{server:?}");
}

#[tokio::test]
async fn what_is_pushed_before_a_response_waits_for_a_websocket() {
    let (relay, listener) = before_a_server().await;
    relay.push_before_answer(Operation::SdkJoin, SOMEBODY, "early".to_owned());
    // The client asks first, and opens its WebSocket a little later.
    let later = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        opened(&relay, &listener).await
    };
    let (answered, (mut client, _server)) = tokio::join!(joins(&relay, &listener), later);
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("early"));
    assert_eq!(relay.missed(), [""; 0]);
    let trace = relay.trace();
    let place = |wanted: fn(&Event) -> bool| {
        trace.entries.iter().position(|entry| wanted(&entry.event)).unwrap()
    };
    let pushed = place(|event| matches!(event, Event::Received { .. }));
    assert!(pushed < place(|event| matches!(event, Event::Answer { .. })), "{trace:#?}");
}

#[tokio::test]
async fn what_is_pushed_as_soon_as_a_websocket_is_open_is_not_lost() {
    for _ in 0..20 {
        let (relay, listener) = before_a_server().await;
        let (mut client, _server) = opened(&relay, &listener).await;
        assert_eq!(relay.push(SOMEBODY, "at once".to_owned()), 1);
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text("at once"));
    }
}

#[tokio::test]
async fn who_has_no_websocket_misses_what_is_pushed_and_is_answered_all_the_same() {
    let (relay, listener) = before_a_server().await;
    relay.push_before_answer(Operation::SdkJoin, SOMEBODY, "early".to_owned());
    let began = Instant::now();
    let answered = joins(&relay, &listener).await;
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    assert!(began.elapsed() >= PUSHED_WITHIN, "{:?}", began.elapsed());
    assert_eq!(relay.missed(), [SOMEBODY]);
    assert_eq!(relay.missed(), [""; 0], "each is told once");
}

//! How a WebSocket ends behind the relay: each side hears what the other one said.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

use futures_util::{SinkExt as _, StreamExt as _};
use invite_relay::Relay;
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use invite_spec::endpoint::SOCKET_PATH;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Server = WebSocketStream<TcpStream>;

/// A relay, and a WebSocket through it: the client's end and the server's.
async fn through() -> (Relay, Client, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let credentials = CredentialsFile { key: "key".to_owned(), secret: "secret".to_owned() };
    let file =
        TargetFile { url: Some(url), application: Some(credentials), ..TargetFile::default() };
    let target: Target = file.resolve("test", |_| None).unwrap();
    let listen = ([127, 0, 0, 1], 0).into();
    let relay = Relay::start(listen, &target, None, |_| ()).await.unwrap();
    let address = format!("ws://{}{SOCKET_PATH}?Token=some", relay.address());
    let accepted = async { accept_async(listener.accept().await.unwrap().0).await.unwrap() };
    let (client, server) = tokio::join!(connect_async(address), accepted);
    (relay, client.unwrap().0, server)
}

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

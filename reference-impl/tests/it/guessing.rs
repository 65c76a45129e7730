//! Guesses of an application's secret.

use crate::support::{Site, start};
use reqwest::StatusCode;
use std::net::IpAddr;

/// Presents a secret from an address of this machine.
async fn present(site: &Site, from: [u8; 4], key: &str, secret: &str) -> (StatusCode, Option<u64>) {
    let client = reqwest::Client::builder().local_address(IpAddr::from(from)).build().unwrap();
    let request = client.post(format!("http://{}/v1/auth/token", site.address));
    let request = request.basic_auth(key, Some(secret)).body("grant_type=client_credentials");
    let response = request.send().await.unwrap();
    let pause = response.headers().get("retry-after");
    let pause = pause.and_then(|pause| pause.to_str().ok()?.parse().ok());
    (response.status(), pause)
}

#[tokio::test]
async fn guesses_of_a_secret_are_slowed_down_and_nobody_else_is() {
    let (_server, site) = start();
    let mut refused = 0;
    for number in 0..100 {
        let (status, pause) =
            present(&site, [127, 0, 0, 1], "closed", &format!("guess-{number}")).await;
        match status.as_u16() {
            401 => assert!(refused < 2, "slowed down once, and hardly ever looked at again"),
            429 => {
                refused += 1;
                assert!((1..=2).contains(&pause.unwrap()), "{pause:?}");
            }
            other => panic!("{other}"),
        }
    }
    assert!(refused > 20, "{refused}");
    let (status, _) = present(&site, [127, 0, 0, 1], "closed", "s1").await;
    assert_eq!(status, 429, "it is not said which guess is right");
    // Another address, another application, and tokens that exist.
    assert_eq!(present(&site, [127, 0, 0, 1], "open", "s2").await.0, 200);
    #[cfg(target_os = "linux")]
    assert_eq!(present(&site, [127, 0, 0, 2], "closed", "s1").await.0, 200);
}

#[tokio::test]
async fn an_application_that_is_known_is_served_while_others_guess_from_its_address() {
    let (_server, site) = start();
    site.api_token().await;
    for number in 0..100 {
        present(&site, [127, 0, 0, 1], "closed", &format!("guess-{number}")).await;
    }
    site.api_token().await;
}

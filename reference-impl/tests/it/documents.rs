//! The documents that the server serves.

use crate::support::{PATIENCE, Site, start};
use invite_spec::artefact;
use invite_spec::endpoint::{ENDPOINTS, SOCKET_PATH};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode, header};
use std::collections::BTreeSet;

async fn get(site: &Site, path: &str) -> (StatusCode, String, String) {
    let response = site.request(Method::GET, path).send().await.unwrap();
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (response.status(), kind, response.text().await.unwrap())
}

#[tokio::test]
async fn the_root_leads_to_the_page() {
    let (_server, site) = start();
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    for path in ["/", "/spec"] {
        let url = format!("http://{}{path}", site.address);
        let response = http.get(url).timeout(PATIENCE).send().await.unwrap();
        assert_eq!(response.status(), 307, "{path}");
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        let led = response.url().join(location).unwrap();
        assert_eq!(led.path(), "/spec/", "{path}");
        let (status, kind, page) = get(&site, path).await;
        assert_eq!((status.as_u16(), &*kind), (200, "text/html; charset=utf-8"));
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("id=\"INV-016\""));
    }
}

#[tokio::test]
async fn every_document_is_served_as_it_is_made() {
    let (_server, site) = start();
    for document in artefact::all() {
        let path = format!("/{}", document.path);
        let expected = match path.starts_with("/spec/schemas/") {
            true => "application/schema+json",
            false => "application/json",
        };
        let (status, kind, text) = get(&site, &path).await;
        assert_eq!((status.as_u16(), &*kind), (200, expected), "{path}");
        assert_eq!(text, document.text, "{path}");
    }
}

#[tokio::test]
async fn the_head_of_a_document_is_served_without_it() {
    let (_server, site) = start();
    for path in ["/spec/", "/spec/openapi/rest.json", "/spec/schemas/error-response.json"] {
        let (_, kind, text) = get(&site, path).await;
        let response = site.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], kind, "{path}");
        assert_eq!(response.headers()[header::CONTENT_LENGTH], text.len().to_string(), "{path}");
        assert_eq!(response.bytes().await.unwrap(), "", "{path}");
    }
}

#[tokio::test]
async fn every_file_that_the_page_links_to_is_served() {
    let (_server, site) = start();
    let (.., page) = get(&site, "/spec/").await;
    let links: BTreeSet<&str> = page
        .split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| !link.starts_with('#') && !link.starts_with("data:"))
        .collect();
    assert!(links.len() > 40, "{links:?}");
    for link in links {
        assert_eq!(get(&site, &format!("/spec/{link}")).await.0, 200, "{link}");
    }
}

#[tokio::test]
async fn the_page_may_load_nothing_and_can_be_read_by_pages_of_other_origins() {
    let (_server, site) = start();
    let request = site.request(Method::GET, "/spec/").header(header::ORIGIN, "https://a.example");
    let response = request.send().await.unwrap();
    let headers = response.headers();
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://a.example");
}

#[test]
fn no_path_of_the_wire_is_taken() {
    for path in ENDPOINTS.iter().map(|endpoint| endpoint.path).chain([SOCKET_PATH]) {
        assert!(path != "/" && !path.starts_with("/spec"), "{path}");
    }
}

//! The documents that requirements cite, named so that a reader can find them.

/// A place in a document that a requirement cites.
#[derive(Debug)]
pub struct Source {
    /// The document.
    pub document: Document,
    /// The place in it: a sentence of the guide, a page, a class or a method.
    pub at: &'static str,
    /// The statement or the measurement, in our words.
    pub evidence: &'static str,
}

/// A document, or a client with measured behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// The vendor's guide to inviting participants; `at` is a sentence of [`super::GUIDE`].
    Guide,
    /// Another page of the vendor's documentation.
    VendorDocumentation,
    /// The published reference of the Web SDK.
    WebSdkReference,
    /// The published reference of the Android SDK.
    AndroidSdkReference,
    /// The Web SDK 3.2.1, read as published and run against a stub.
    WebSdk,
    /// The Python REST client 4.0.1.
    PythonRestClient,
    /// The Node REST client 4.1.0.
    NodeRestClient,
    /// The .NET REST client.
    DotNetRestClient,
    /// The vendor's sample applications, 2021 to 2023.
    VendorSamples,
    /// The SDK for React Native.
    ReactNativeSdk,
    /// The published reference of the iOS SDK.
    IosSdkReference,
    /// Bug reports against the vendor's getting-started project that quote real answers.
    PublicIssues,
    /// This specification, where no other source settles a point.
    ThisSpecification,
}

impl Document {
    /// Every document, in the order of the bibliography.
    pub const ALL: &[Document] = &[
        Document::Guide,
        Document::VendorDocumentation,
        Document::WebSdkReference,
        Document::AndroidSdkReference,
        Document::WebSdk,
        Document::PythonRestClient,
        Document::NodeRestClient,
        Document::DotNetRestClient,
        Document::VendorSamples,
        Document::ReactNativeSdk,
        Document::IosSdkReference,
        Document::PublicIssues,
        Document::ThisSpecification,
    ];

    /// The name in reports and in the document.
    pub fn title(self) -> &'static str {
        match self {
            Document::Guide => "Inviting Participants (vendor's guide)",
            Document::VendorDocumentation => "Vendor's documentation",
            Document::WebSdkReference => "Web SDK reference",
            Document::AndroidSdkReference => "Android SDK reference",
            Document::WebSdk => "Web SDK 3.2.1",
            Document::PythonRestClient => "Python REST client 4.0.1",
            Document::NodeRestClient => "Node REST client 4.1.0",
            Document::DotNetRestClient => ".NET REST client",
            Document::VendorSamples => "Vendor's sample applications (2021 to 2023)",
            Document::ReactNativeSdk => "React Native SDK (2023)",
            Document::IosSdkReference => "iOS SDK reference",
            Document::PublicIssues => "comms-sdk-web-getting-started, issues 15 and 34",
            Document::ThisSpecification => "This specification",
        }
    }

    /// A description: how to find it, and what it can prove.
    pub fn about(self) -> &'static str {
        match self {
            Document::Guide => {
                "The guide of the Communications APIs to inviting participants by SDK and by REST. \
                 Its sentences are numbered and restated one by one in this repository \
                 (`spec/src/requirement/guide.rs`)."
            }
            Document::VendorDocumentation => {
                "Other pages of the vendor's Communications documentation, by page name: API \
                 authentication, enhanced conference access control, conferencing, notifications, \
                 webhooks, capacity."
            }
            Document::WebSdkReference => {
                "The published API reference of the Web SDK: conference, notification, session and \
                 command services."
            }
            Document::AndroidSdkReference => {
                "The published API reference of the Android SDK: the same services. Where cited, \
                 it agrees with the reference of the Web SDK."
            }
            Document::WebSdk => {
                "npm package @voxeet/voxeet-web-sdk 3.2.1 (ISC), read as published and run in a \
                 browser against a stub. It shows which fields it reads, what it sends and what \
                 makes it throw: what a client needs, not what the vendor's server sent."
            }
            Document::PythonRestClient => {
                "PyPI package dolbyio-rest-apis 4.0.1 (MIT), read and run against a stub. It is \
                 the last release with Communications."
            }
            Document::NodeRestClient => {
                "npm package @dolbyio/dolbyio-rest-apis-client 4.1.0 (MIT), read and run against a \
                 stub. It is the last release with Communications."
            }
            Document::DotNetRestClient => "The vendor's REST client for .NET, read as published.",
            Document::VendorSamples => {
                "Applications that the vendor published on GitHub, by repository and year: \
                 dolbyio-web-conference-access-control (2021, commit 6d75da3, and June 2023, \
                 8749768), dolbyio-podcast-studio (7f003d3), dolbyio-web-file-presentation-service \
                 (e792ff7), comms-sample-node-token-auth-aws-lambda. That the vendor's server \
                 accepted what they send is inferred from their publication."
            }
            Document::ReactNativeSdk => {
                "comms-sdk-react-native, its published types and comments up to June 2023 (commit \
                 0a062ef), in which external ids move from opening a session into the client \
                 access token."
            }
            Document::IosSdkReference => {
                "The published API reference of the iOS SDK, with its error codes and its \
                 changelog (conference access tokens since March 2021)."
            }
            Document::PublicIssues => {
                "Public bug reports in which users quoted error bodies of the real server."
            }
            Document::ThisSpecification => {
                "Points that no other source settles. Each such row is `chosen` and gives the \
                    reason."
            }
        }
    }
}

//! Traces through the real program: a payment in the demo, and what a collector was sent of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "operating/scene.rs"]
#[expect(dead_code, reason = "a scene offers more than one payment needs")]
mod scene;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use scene::{BINARY, SOON, Scene};
use std::sync::{Arc, Mutex};
use testkit::program::Program;
use testkit::waiting::wait_until;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What stands before a message of gRPC: a flag and a length.
const GRPC_HEAD: usize = 5;

/// A collector that keeps all spans.
struct Collector {
    url: String,
    requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    _listening: JoinSet<()>,
}

impl Collector {
    async fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>> = Arc::default();
        let kept = requests.clone();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, kept.clone()));
            }
        });
        Collector { url, requests, _listening: listening }
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }
}

async fn talk(stream: TcpStream, kept: Arc<Mutex<Vec<ExportTraceServiceRequest>>>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let mut answering = JoinSet::new();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        assert_eq!(request.uri().path(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
        let kept = kept.clone();
        // The connection must be polled while a body arrives, so each request is answered beside it.
        answering.spawn(async move {
            let (mut body, mut bytes) = (request.into_body(), Vec::new());
            while let Some(Ok(chunk)) = body.data().await {
                body.flow_control().release_capacity(chunk.len()).unwrap();
                bytes.extend_from_slice(&chunk);
            }
            kept.lock().unwrap().push(ExportTraceServiceRequest::decode(&bytes[GRPC_HEAD..]).unwrap());
            let head = http::Response::builder().header("content-type", "application/grpc").body(()).unwrap();
            let mut answer = respond.send_response(head, false).unwrap();
            answer.send_data(vec![0; GRPC_HEAD].into(), false).unwrap();
            let trailers =
                [("grpc-status", "0")].map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            answer.send_trailers(trailers.into_iter().collect()).unwrap();
        });
    }
}

/// The value of a span's attribute as text.
fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    Some(format!("{:?}", found.value.as_ref()?.value.as_ref()?))
}

/// The demo, told of a collector.
async fn demo(collector: &str) -> Program {
    let files = tempfile::tempdir().unwrap();
    let config = files.path().join("openkassa.toml");
    std::fs::write(&config, format!("traces_endpoint = \"{collector}\"\n")).unwrap();
    Program::demo(BINARY, &["--config", config.to_str().unwrap()]).await
}

#[tokio::test]
async fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let mut scene = Scene::of(demo("http://127.0.0.1:1").await).await;
    scene.pays("100.00", "96").await;
    scene.until("96", "the answer", |payment| payment["notices"][0]["state"] == "accepted").await;
    scene.is_green().await;
    assert_eq!(scene.program.terminate().await, Some(0));
}

#[tokio::test]
async fn a_payment_is_traced_from_its_request_to_the_providers_answer_without_anybodys_secrets() {
    let collector = Collector::start().await;
    let mut scene = Scene::of(demo(&collector.url).await).await;
    scene.pays("100.00", "95").await;
    scene.until("95", "the answer", |payment| payment["notices"][0]["state"] == "accepted").await;
    // What was not sent yet is sent when the program ends in good order.
    assert_eq!(scene.program.terminate().await, Some(0));
    let spans = wait_until("the spans", SOON, || async {
        Some(collector.spans()).filter(|spans| spans.iter().any(|span| span.name == "call"))
    })
    .await;
    let named = |name: &str| -> Vec<&Span> { spans.iter().filter(|span| span.name == name).collect() };

    let opened = named("command")
        .into_iter()
        .find(|span| attribute(span, "command").is_some_and(|command| command.contains("OpenPayment")));
    let opened = opened.expect("the command that opened the payment");
    let request = named("request").into_iter().find(|span| span.trace_id == opened.trace_id);
    let request = request.expect("the request of the shop's link");
    assert!(attribute(request, "status").unwrap().contains("303"), "{request:?}");
    let job = named("job").into_iter().find(|span| attribute(span, "task").unwrap().contains("send_notice"));
    let job = job.expect("the job that tells the shop");
    let calls = named("call");
    let told = calls.iter().find(|call| call.trace_id == job.trace_id).expect("the call of that job");
    assert!(attribute(told, "peer").unwrap().contains("shop"), "{told:?}");
    assert!(attribute(told, "status").unwrap().contains("200"), "{told:?}");
    assert!(calls.iter().any(|call| attribute(call, "peer").unwrap().contains("yookassa")));

    let all = format!("{spans:?}");
    let keys = &scene.keys;
    for secret in [&keys.password1, &keys.password2, "test_NotASecret", "/pay/pay_", "SignatureValue"] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert!(spans.iter().all(|span| span.events.is_empty()), "log lines are not sent");
}

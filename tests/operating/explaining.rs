//! A signature that does not fit is explained: at the command line and on the page of a rehearsal.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use testkit::html::values_of;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::Visitor;

use crate::scene::{BINARY, Scene};

fn order(scene: &Scene, test: bool) -> Link {
    let order = Link::new(&scene.keys.login, "100.00", "71").custom("Shp_b", "1");
    if test { order.unsigned("IsTest", "1") } else { order }
}

fn codes(view: &Value) -> Vec<&str> {
    view["mistakes"].as_array().unwrap().iter().map(|mistake| mistake["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_command_line_says_what_is_wrong_with_a_signature_and_tells_no_password() {
    let scene = Scene::demo().await;
    let keys = &scene.keys;
    let at = &scene.program.ready.url;
    let secrets = [&keys.password1, &keys.password2, &keys.test_password1, &keys.test_password2];
    for (url, verdict, expected) in [
        (order(&scene, false).url(at, &keys.password1, Digest::Sha256), "right", vec![]),
        (order(&scene, false).url(at, &keys.password2, Digest::Sha256), "wrong", vec!["passwords_swapped"]),
        (order(&scene, false).url(at, &keys.password1, Digest::Md5), "wrong", vec!["wrong_algorithm"]),
        (order(&scene, true).url(at, &keys.password1, Digest::Sha256), "wrong", vec!["test_and_live_mixed"]),
    ] {
        let view = scene.program.run(&["robokassa", "explain", &url]).await;
        assert_eq!((view["verdict"].as_str().unwrap(), codes(&view)), (verdict, expected), "{view}");
        assert_eq!(view["expected_text"], "demo:100.00:71:***:Shp_b=1");
        assert!(secrets.iter().all(|secret| !view.to_string().contains(*secret)), "{view}");
    }
    let notice = format!("OutSum=9.000000&InvId=7&Fee=0.1&SignatureValue={}", Digest::Sha256.of("9:7:x"));
    let nameless = scene.program.try_run(&["robokassa", "explain", &notice]).await.unwrap_err();
    assert_eq!(nameless.code, Some(2), "{nameless:?}");
    let stranger = ["robokassa", "explain", &notice, "--shop", "stranger"];
    assert_eq!(scene.program.try_run(&stranger).await.unwrap_err().code, Some(3));
    let unknown = scene.program.run(&["robokassa", "explain", &notice, "--shop", "demo"]).await;
    assert_eq!((&unknown["verdict"], codes(&unknown)), (&"wrong".into(), vec![]), "{unknown}");
    assert_eq!(unknown["kind"], "result_notice");
}

#[tokio::test]
async fn a_notice_is_explained_from_a_pipe_in_words() {
    let scene = Scene::demo().await;
    let text = format!("9.000000:7:{}", scene.keys.password1);
    let form = format!("OutSum=9.000000&InvId=7&Fee=0.1&SignatureValue={}", Digest::Sha256.of(&text));
    let mut command = Command::new(BINARY);
    command.args(["robokassa", "explain", "-", "--shop", "demo"]).args(scene.program.places());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(form.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("WRONG") && said.contains("Passwords 1 and 2 are swapped."), "{said}");
    assert!(said.contains("9.000000:7:***") && !said.contains(&scene.keys.password1), "{said}");
}

#[tokio::test]
async fn the_page_of_a_refused_rehearsal_names_the_mistake_and_that_of_a_real_payment_does_not() {
    let scene = Scene::demo().await;
    let keys = &scene.keys;
    let at = &scene.program.ready.url;
    let swapped = order(&scene, true).url(at, &keys.test_password2, Digest::Sha256);
    let page = Visitor::new().open(&format!("{swapped}&Culture=en")).await;
    assert_eq!(page.error().as_deref(), Some("29"), "{}", page.text);
    assert!(page.text.contains("Passwords 1 and 2 are swapped."), "{}", page.text);
    assert!(page.text.contains("demo:100.00:71:***:Shp_b=1"), "{}", page.text);
    let russian = Visitor::new().open(&format!("{swapped}&Culture=ru")).await;
    assert!(russian.text.contains("Перепутаны пароли 1 и 2."), "{}", russian.text);
    let right = Digest::Sha256.of(&format!("demo:100.00:71:{}:Shp_b=1", keys.test_password1));
    for page in [&page, &russian] {
        assert!(!page.text.contains(&right), "a valid signature is nobody's to see");
        assert!(!page.text.contains(&keys.test_password1) && !page.text.contains(&keys.test_password2));
    }

    let real = order(&scene, false).url(at, &keys.password2, Digest::Sha256);
    let real = Visitor::new().open(&real).await;
    assert_eq!(real.error().as_deref(), Some("29"), "{}", real.text);
    assert!(values_of(&real.text, "data-mistake").is_empty() && !real.text.contains("***"), "{}", real.text);
}

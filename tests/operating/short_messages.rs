//! Messages to phones that a shop asks for: kept where they can be read, and refused by the codes of the protocol.

use testkit::robokassa::Digest;
use testkit::visitor::client;

use crate::emulator::Emulator;
use crate::scene::Scene;

async fn asks(scene: &Scene, login: &str, phone: &str, message: &str, signature: &str) -> String {
    let pairs = [("login", login), ("phone", phone), ("message", message), ("signature", signature)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let answer = client().get(format!("{}/SMS/?{query}", scene.program.ready.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_message_is_kept_with_its_shop_and_everything_wrong_has_its_code() {
    let scene = Scene::demo().await;
    let password = scene.keys.password1.clone();
    let signed =
        |login: &str, text: &str| Digest::Sha256.of(&format!("{login}:79991234567:{text}:{password}"));
    let text = "Заказ 7, card 4111 1111 1111 1111";
    let taken = asks(&scene, "demo", "79991234567", text, &signed("demo", text).to_uppercase()).await;
    assert!(taken.starts_with("{\"result\":true,\"count\":"), "{taken}");
    assert!(taken.ends_with(",\"errorCode\":0,\"errorMessage\":\"\"}"), "{taken}");
    let messages = scene.program.run(&["shop", "show", "demo"]).await["messages"].clone();
    assert_eq!((messages.as_array().unwrap().len(), &messages[0]["phone"]), (1, &"79991234567".into()));
    let kept = messages[0]["text"].as_str().unwrap();
    assert!(kept.starts_with("Заказ 7, card ") && !kept.contains("1111 1111"), "{kept}");

    let long = "я".repeat(129);
    for (login, text, signature, code) in [
        ("demo", text, signed("demo", "another").as_str(), 1000),
        ("demo", text, "", 1),
        ("demo", "", signed("demo", "").as_str(), 1),
        ("demo", long.as_str(), signed("demo", &long).as_str(), 1),
        ("nobody", text, signed("nobody", text).as_str(), 2),
    ] {
        let refused = asks(&scene, login, "79991234567", text, signature).await;
        let expected = format!("\"errorCode\":{code},");
        assert!(refused.contains(&expected) && refused.contains("\"result\":false"), "{code}: {refused}");
        assert!(!refused.contains(&password), "{refused}");
    }
    scene.program.run(&["shop", "set", "demo", "--active", "no"]).await;
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let off = asks(&scene, "demo", "79991234567", "hi", &signed("demo", "hi")).await;
    assert!(off.contains("\"errorCode\":3,"), "{off}");
}

#[tokio::test]
async fn an_emulator_shows_a_message_among_its_events() {
    let emulator = Emulator::start(&[]).await;
    let signature = Digest::Md5.of("newcomer:+7 999 123-45-67:Привет:password1");
    let pairs = [
        ("login", "newcomer"),
        ("phone", "+7 999 123-45-67"),
        ("message", "Привет"),
        ("signature", &signature),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let answer =
        client().get(emulator.at(&format!("/SMS/?{query}"))).send().await.unwrap().text().await.unwrap();
    assert!(answer.starts_with("{\"result\":true,"), "{answer}");
    let events =
        client().get(emulator.at("/emulator/events?after=0")).send().await.unwrap().text().await.unwrap();
    let events: Vec<serde_json::Value> = serde_json::from_str(&events).unwrap();
    let heard =
        events.iter().find(|event| event["kind"] == "message").unwrap_or_else(|| panic!("{events:#?}"));
    assert_eq!((&heard["url"], &heard["body"]), (&"sms:+79991234567".into(), &"Привет".into()));
    emulator.is_green().await;
}

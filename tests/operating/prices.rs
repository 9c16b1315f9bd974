//! A shop asks which methods its buyers have and what they would pay: by query, JSON and SOAP.

use testkit::robokassa::Digest;
use testkit::visitor::client;

use crate::scene::Scene;

const SERVICE: &str = "Merchant/WebService/Service.asmx";

async fn get(scene: &Scene, rest: &str) -> String {
    let url = format!("{}/{SERVICE}/{rest}", scene.program.ready.url);
    client().get(url).send().await.unwrap().text().await.unwrap()
}

async fn post(scene: &Scene, path: &str, kind: &str, body: String) -> (u16, String) {
    let url = format!("{}/{SERVICE}{path}", scene.program.ready.url);
    let answer = client().post(url).header("content-type", kind).body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn envelope(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope \
         xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:ns1=\"http://merchant.roboxchange.com/WebService/\"><SOAP-ENV:Body>{inside}</SOAP-ENV:Body>\
         </SOAP-ENV:Envelope>"
    )
}

#[tokio::test]
async fn the_methods_and_prices_of_a_shop_are_told() {
    let scene = Scene::demo().await;
    let list = get(&scene, "GetCurrencies?MerchantLogin=demo&Language=ru").await;
    assert!(list.contains("<CurrenciesList ") && list.contains("<Result><Code>0</Code></Result>"), "{list}");
    assert!(list.contains("Label=\"BankCardPSR\" Alias=\"BankCard\" Name=\"Банковская карта\""), "{list}");
    let methods = get(&scene, "GetPaymentMethods?MerchantLogin=demo&Language=en").await;
    assert!(methods.contains("<Method Code=\"BankCard\" Description=\"Bank card\"/>"), "{methods}");

    let rates = get(&scene, "getrates?MerchantLogin=demo&Language=ru&OutSum=100.0&IncCurrLabel=").await;
    let (currencies, prices) =
        (rates.matches("<Currency ").count(), rates.matches("<Rate IncSum=\"").count());
    assert!(currencies > 1 && currencies == prices, "{rates}");
    let one = get(&scene, "GetRates?MerchantLogin=demo&OutSum=100&IncCurrLabel=BankCardPSR").await;
    assert!(one.matches("<Currency ").count() == 1 && one.contains("IncSum=\"100.000000\""), "{one}");

    scene.program.run(&["shop", "set", "demo", "--buyer-share", "100%"]).await;
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let dearer = get(&scene, "GetRates?MerchantLogin=demo&OutSum=1000&IncCurrLabel=BankCard").await;
    assert!(dearer.contains("<Rate IncSum=\"1036.270000\"/>"), "{dearer}");
    let back = get(&scene, "CalcOutSumm?MerchantLogin=demo&IncSum=1036.27&IncCurrLabel=BankCard").await;
    assert!(back.contains("<OutSum>1000.000000</OutSum>"), "{back}");
}

#[tokio::test]
async fn services_answer_json_and_soap_and_refuse_what_they_cannot_read() {
    let scene = Scene::demo().await;
    let question = "{\"MerchantLogin\":\"demo\",\"IncSum\":100.50,\"IncCurrLabel\":\"SBP\"}".to_owned();
    let (status, sum) = post(&scene, "/CalcOutSumm", "application/json", question).await;
    assert!(status == 200 && sum.contains("<OutSum>100.500000</OutSum>"), "{sum}");

    let signature = Digest::Sha256.of(&format!("demo:7:{}", scene.keys.password2));
    let state = format!(
        "<ns1:OpState><ns1:MerchantLogin>demo</ns1:MerchantLogin><ns1:InvoiceID>7</ns1:InvoiceID>\
         <ns1:Signature>{signature}</ns1:Signature></ns1:OpState>"
    );
    let (status, answer) = post(&scene, "", "text/xml; charset=utf-8", envelope(&state)).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("<OpStateResult><Result><Code>3</Code>"), "{answer}");
    let forged = envelope(&state.replace(&signature, "00"));
    let (_, answer) = post(&scene, "", "text/xml", forged).await;
    assert!(answer.contains("<OpStateResult><Result><Code>1</Code>"), "{answer}");
    let list = "<GetCurrencies><MerchantLogin>demo</MerchantLogin><Language>en</Language></GetCurrencies>";
    let (_, answer) = post(&scene, "", "text/xml", envelope(list)).await;
    assert!(answer.contains("<GetCurrenciesResult><Result><Code>0</Code></Result><Groups>"), "{answer}");
    for broken in
        ["", "<a/>", &envelope("<OpRefund/>"), "<!DOCTYPE a><Envelope><Body><OpState/></Body></Envelope>"]
    {
        let (status, answer) = post(&scene, "", "text/xml", broken.to_owned()).await;
        assert!(status == 500 && answer.contains("<soap:Fault>"), "{broken}: {answer}");
    }

    let stranger = get(&scene, "GetCurrencies?MerchantLogin=stranger").await;
    assert!(stranger.contains("<Code>2</Code>") && !stranger.contains("<Groups>"), "{stranger}");
    assert!(get(&scene, "GetRates?MerchantLogin=demo").await.contains("<Code>5</Code>"));
    let forged = get(&scene, "CalcOutSumm?MerchantLogin=demo&IncSum=100&Signature=00").await;
    assert!(forged.contains("<Code>1</Code>"), "{forged}");
}

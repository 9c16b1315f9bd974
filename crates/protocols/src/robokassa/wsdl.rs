//! The description of the services for SOAP clients (`Service.asmx?WSDL`): document/literal, as their libraries expect.

use wire::http::{HttpRequest, Method};

use super::soap::SERVICES;
use super::xml::escaped;

/// A service: its name, its parameters with their types, and the type of its result.
struct Described {
    name: &'static str,
    takes: &'static [(&'static str, &'static str)],
    gives: &'static str,
}

const STATE: &[(&str, &str)] =
    &[("MerchantLogin", "xsd:string"), ("InvoiceID", "xsd:long"), ("Signature", "xsd:string")];
const LANGUAGE: &[(&str, &str)] = &[("MerchantLogin", "xsd:string"), ("Language", "xsd:string")];

const SERVICES_OFFERED: [Described; 6] = [
    Described { name: "GetCurrencies", takes: LANGUAGE, gives: "CurrenciesList" },
    Described { name: "GetPaymentMethods", takes: LANGUAGE, gives: "PaymentMethodsList" },
    Described {
        name: "GetRates",
        takes: &[
            ("MerchantLogin", "xsd:string"),
            ("IncCurrLabel", "xsd:string"),
            ("OutSum", "xsd:string"),
            ("Language", "xsd:string"),
        ],
        gives: "RatesList",
    },
    Described {
        name: "CalcOutSumm",
        takes: &[("MerchantLogin", "xsd:string"), ("IncCurrLabel", "xsd:string"), ("IncSum", "xsd:decimal")],
        gives: "CalcSummsResponseData",
    },
    Described { name: "OpState", takes: STATE, gives: "OperationStateResponse" },
    Described { name: "OpStateExt", takes: STATE, gives: "OperationStateResponse" },
];

/// The types of the results: what each may hold, in its order.
const TYPES: &str = r#"
<xsd:complexType name="Result"><xsd:sequence>
 <xsd:element name="Code" type="xsd:int"/><xsd:element name="Description" type="xsd:string" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Rate"><xsd:attribute name="IncSum" type="xsd:decimal"/></xsd:complexType>
<xsd:complexType name="Currency">
 <xsd:sequence><xsd:element name="Rate" type="tns:Rate" minOccurs="0"/></xsd:sequence>
 <xsd:attribute name="Label" type="xsd:string"/><xsd:attribute name="Alias" type="xsd:string"/>
 <xsd:attribute name="Name" type="xsd:string"/><xsd:attribute name="MinValue" type="xsd:decimal"/>
 <xsd:attribute name="MaxValue" type="xsd:decimal"/>
</xsd:complexType>
<xsd:complexType name="Items"><xsd:sequence>
 <xsd:element name="Currency" type="tns:Currency" minOccurs="0" maxOccurs="unbounded"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Group">
 <xsd:sequence><xsd:element name="Items" type="tns:Items" minOccurs="0"/></xsd:sequence>
 <xsd:attribute name="Code" type="xsd:string"/><xsd:attribute name="Description" type="xsd:string"/>
</xsd:complexType>
<xsd:complexType name="Groups"><xsd:sequence>
 <xsd:element name="Group" type="tns:Group" minOccurs="0" maxOccurs="unbounded"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="CurrenciesList"><xsd:sequence>
 <xsd:element name="Result" type="tns:Result"/><xsd:element name="Groups" type="tns:Groups" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="RatesList"><xsd:sequence>
 <xsd:element name="Result" type="tns:Result"/><xsd:element name="Groups" type="tns:Groups" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Method">
 <xsd:attribute name="Code" type="xsd:string"/><xsd:attribute name="Description" type="xsd:string"/>
</xsd:complexType>
<xsd:complexType name="Methods"><xsd:sequence>
 <xsd:element name="Method" type="tns:Method" minOccurs="0" maxOccurs="unbounded"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="PaymentMethodsList"><xsd:sequence>
 <xsd:element name="Result" type="tns:Result"/><xsd:element name="Methods" type="tns:Methods" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="CalcSummsResponseData"><xsd:sequence>
 <xsd:element name="Result" type="tns:Result"/><xsd:element name="OutSum" type="xsd:decimal" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="State"><xsd:sequence>
 <xsd:element name="Code" type="xsd:int"/><xsd:element name="RequestDate" type="xsd:dateTime"/>
 <xsd:element name="StateDate" type="xsd:dateTime"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="PaymentMethod"><xsd:sequence>
 <xsd:element name="Code" type="xsd:string"/><xsd:element name="Description" type="xsd:string"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Info"><xsd:sequence>
 <xsd:element name="IncCurrLabel" type="xsd:string"/><xsd:element name="IncSum" type="xsd:decimal"/>
 <xsd:element name="IncAccount" type="xsd:string" minOccurs="0"/>
 <xsd:element name="PaymentMethod" type="tns:PaymentMethod"/>
 <xsd:element name="OutCurrLabel" type="xsd:string"/><xsd:element name="OutSum" type="xsd:decimal"/>
 <xsd:element name="OpKey" type="xsd:string" minOccurs="0"/>
 <xsd:element name="BankCardRRN" type="xsd:string" minOccurs="0"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Field"><xsd:sequence>
 <xsd:element name="Name" type="xsd:string"/><xsd:element name="Value" type="xsd:string"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="Fields"><xsd:sequence>
 <xsd:element name="Field" type="tns:Field" minOccurs="0" maxOccurs="unbounded"/>
</xsd:sequence></xsd:complexType>
<xsd:complexType name="OperationStateResponse"><xsd:sequence>
 <xsd:element name="Result" type="tns:Result"/><xsd:element name="State" type="tns:State" minOccurs="0"/>
 <xsd:element name="Info" type="tns:Info" minOccurs="0"/>
 <xsd:element name="UserField" type="tns:Fields" minOccurs="0"/>
 <xsd:element name="UserFields" type="tns:Fields" minOccurs="0"/>
</xsd:sequence></xsd:complexType>"#;

/// Whether a look at the services' address asks for their description.
pub fn is_asked(request: &HttpRequest) -> bool {
    let looks = matches!(request.method, Method::Get | Method::Head);
    looks && (request.query.eq_ignore_ascii_case("wsdl") || request.query.eq_ignore_ascii_case("singlewsdl"))
}

/// The description, with the address at which the services are asked: ours with the path that was asked for.
pub fn description(public_url: &str, path: &str) -> String {
    let elements: String = SERVICES_OFFERED.iter().map(elements_of).collect();
    let messages: String = SERVICES_OFFERED.iter().map(|service| messages_of(service.name)).collect();
    let ports: String = SERVICES_OFFERED.iter().map(|service| operation_of(service.name)).collect();
    let bound: String = SERVICES_OFFERED.iter().map(|service| bound_of(service.name)).collect();
    let address = escaped(&format!("{public_url}{path}"));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:tns=\"{SERVICES}\" targetNamespace=\"{SERVICES}\">\n\
         <wsdl:types><xsd:schema elementFormDefault=\"qualified\" targetNamespace=\"{SERVICES}\">\
         {elements}{TYPES}</xsd:schema></wsdl:types>\n{messages}\n\
         <wsdl:portType name=\"ServiceSoap\">{ports}</wsdl:portType>\n\
         <wsdl:binding name=\"ServiceSoap\" type=\"tns:ServiceSoap\">\
         <soap:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>{bound}</wsdl:binding>\n\
         <wsdl:service name=\"Service\"><wsdl:port name=\"ServiceSoap\" binding=\"tns:ServiceSoap\">\
         <soap:address location=\"{address}\"/></wsdl:port></wsdl:service>\n</wsdl:definitions>\n"
    )
}

fn elements_of(service: &Described) -> String {
    let Described { name, takes, gives } = service;
    let parameter = |(name, kind): &(&str, &str)| {
        format!("<xsd:element name=\"{name}\" type=\"{kind}\" minOccurs=\"0\"/>")
    };
    let takes: String = takes.iter().map(parameter).collect();
    let gives = format!("<xsd:element name=\"{name}Result\" type=\"tns:{gives}\" minOccurs=\"0\"/>");
    let element = |name: &str, inside: &str| {
        format!(
            "\n<xsd:element name=\"{name}\"><xsd:complexType><xsd:sequence>{inside}</xsd:sequence>\
             </xsd:complexType></xsd:element>"
        )
    };
    element(name, &takes) + &element(&format!("{name}Response"), &gives)
}

fn messages_of(name: &str) -> String {
    let message = |message: &str, element: &str| {
        format!(
            "\n<wsdl:message name=\"{message}\"><wsdl:part name=\"parameters\" element=\"tns:{element}\"/>\
             </wsdl:message>"
        )
    };
    message(&format!("{name}SoapIn"), name) + &message(&format!("{name}SoapOut"), &format!("{name}Response"))
}

fn operation_of(name: &str) -> String {
    format!(
        "\n<wsdl:operation name=\"{name}\"><wsdl:input message=\"tns:{name}SoapIn\"/>\
         <wsdl:output message=\"tns:{name}SoapOut\"/></wsdl:operation>"
    )
}

fn bound_of(name: &str) -> String {
    format!(
        "\n<wsdl:operation name=\"{name}\"><soap:operation soapAction=\"{SERVICES}{name}\" style=\"document\"/>\
         <wsdl:input><soap:body use=\"literal\"/></wsdl:input>\
         <wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation>"
    )
}

#[cfg(test)]
mod tests {
    use wire::http::Headers;

    use super::*;

    fn asks(method: Method, query: &str) -> bool {
        is_asked(&HttpRequest {
            method,
            path: "/Merchant/WebService/Service.asmx".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        })
    }

    #[test]
    fn it_is_asked_for_by_a_look_alone() {
        assert!(asks(Method::Get, "WSDL") && asks(Method::Get, "wsdl"));
        assert!(!asks(Method::Post, "WSDL") && !asks(Method::Get, "") && !asks(Method::Get, "wsdl=1"));
    }

    #[test]
    fn every_service_is_described_and_every_type_that_is_named_is_there() {
        let text = description("https://pay.example", "/WebService/Service.asmx");
        for service in &SERVICES_OFFERED {
            assert!(super::super::call(service.name).is_some(), "{}", service.name);
            assert_eq!(text.matches(&format!("<wsdl:operation name=\"{}\">", service.name)).count(), 2);
        }
        for named in text.split("type=\"tns:").skip(1) {
            let name = named.split('"').next().unwrap();
            let there = text.contains(&format!("<xsd:complexType name=\"{name}\">")) || name == "ServiceSoap";
            assert!(there, "{name}");
        }
        assert!(text.contains("location=\"https://pay.example/WebService/Service.asmx\""), "{text}");
    }

    #[test]
    fn a_strange_path_cannot_write_into_the_description() {
        let text = description("https://pay.example", "/WebService/Service.asmx\"><x>");
        assert!(!text.contains("<x>"));
    }
}

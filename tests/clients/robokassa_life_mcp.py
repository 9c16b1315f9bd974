"""The PyPI program `robokassa-mcp` through the life of payments, holds, refunds and charges, against the emulator.

Its tools are called as its own clients call them, by a session of the protocol, in this process. They have no option
for the host: every address is a constant, and most are defaults of arguments, so that setting the constant does
nothing. Therefore the transport of `httpx` is told where those hosts are, as a hosts file would. Its class
`RobokassaClient` takes base addresses of its own, and gets them.
"""

import asyncio
import logging
import os
import warnings

import httpx
from fastmcp import Client
from fastmcp.exceptions import ToolError
from robokassa import RobokassaClient
from robokassa_mcp.server import mcp

from scene import Buyer, Emulator, Shop, check, error_number, live, moved, until

LOGIN = "mcp-shop"
DIGESTS = ["sha256", "sha384", "sha512"]
PASSWORDS = {"ROBOKASSA_LOGIN": LOGIN}
PASSWORDS |= {f"ROBOKASSA_PASSWORD{number}": f"password{number}" for number in (1, 2, 3)}
HOSTS = {"auth.robokassa.ru", "services.robokassa.ru", "ws.roboxchange.com"}
ITEM = {"quantity": 1, "tax": "vat20", "payment_method": "full_payment", "payment_object": "commodity"}
emulator = None


def calls(tool, **arguments):
    """What the tool answers."""

    async def session():
        async with Client(mcp) as client:
            return (await client.call_tool(tool, arguments)).data

    return asyncio.run(session())


def is_refused(what, tool, says, **arguments):
    """The tool must fail and say so."""
    try:
        answer = calls(tool, **arguments)
    except ToolError as fault:
        check(what, says in str(fault), str(fault))
    else:
        check(what, False, answer)


def digest_of(fields):
    return fields.get("Shp_digest", "md5")


def believes(fields):
    """ResultURL of the shop: the tool judges the notice and says what to answer."""
    test = {"password2": "test_password2"} if fields.get("IsTest") == "1" else {}
    verdict = calls("verify_result_signature", params=fields, algorithm=digest_of(fields), **test)
    return verdict["expected_ok_response"] or "bad sign"


shop = Shop(believes)


def goes_to_pay(what, invoice, by_form=False):
    """A buyer opens what a tool has made: its link, or its form."""
    buyer = Buyer()
    if by_form:
        form = httpx.QueryParams(invoice["form_fields"])
        address, page = buyer.opens(moved(invoice["form_action"], emulator.url), str(form).encode())
    else:
        address, page = buyer.opens(moved(invoice["url"], emulator.url))
    check(f"{what}: leads to the payment page", "/pay/pay_" in address, error_number(page))
    return buyer


def is_accepted(order, login=LOGIN):
    payment = emulator.sees(login, order, state="paid", notice="accepted")
    answer = payment["notice"]["last_answer"]
    check(f"order {order}: the shop's answer", answer == {"status": 200, "body": f"OK{order}"}, answer)
    return shop.heard("/result", order)[-1].fields


def state(order, **more):
    return calls("check_payment", inv_id=order, **more)


def reaches(order, code):
    """Waits until OpStateExt says this code."""
    until(f"order {order}: state {code}", lambda: state(order)["state_code"] == code)
    check(f"order {order}: state {code}", True)


def paid_in_every_digest():
    for order, digest in enumerate(["md5", *DIGESTS], 100):
        login = LOGIN if digest == "md5" else f"mcp-{digest}"
        who = {"merchant_login": login, "algorithm": digest}
        is_refused(f"{digest}: no operation before the payer chose", "check_payment", "error 3", inv_id=order, **who)
        made = calls(
            "create_invoice", out_sum=100.5, inv_id=order, description="Чай & мёд", email="buyer@example.com",
            shp_params={"digest": digest, "Shp_order": "42", "item": "red shoes"}, **who,
        )
        buyer = goes_to_pay(digest, made, by_form=order % 2 == 1)
        payment = emulator.chooses(login, order, "paid")
        is_accepted(order, login)
        told = state(order, **who)
        check(f"{digest}: state", (told["result_code"], told["state_code"], told["is_paid"]) == (0, 100, True), told)
        check(f"{digest}: sums", told["info"]["out_sum"] == told["info"]["inc_sum"] == "100.500000", told["info"])
        check(f"{digest}: method", told["info"]["payment_method_code"] == "BankCard", told["info"])
        check(f"{digest}: key of the operation", len(told["info"]["op_key"]) == 46, told["info"])
        want = {"Shp_digest": digest, "Shp_item": "red shoes", "Shp_order": "42"}
        check(f"{digest}: custom fields", told["user_fields"] == want, told["user_fields"])
        buyer.returns(emulator, payment)
        back = shop.hears("/success", order).fields
        verdict = calls("verify_success_signature", params=back, algorithm=digest)
        check(f"{digest}: the tool believes the buyer's return", verdict["valid"], back)


def refused_and_forged():
    buyer = goes_to_pay("refused", calls("create_invoice", out_sum=5, inv_id=200))
    payment = emulator.chooses(LOGIN, 200, "refused")
    emulator.sees(LOGIN, 200, state="cancelled", notice="none")
    told = state(200)
    check("refused: state", (told["state_code"], told["is_paid"], told["is_terminal"]) == (10, False, True), told)
    buyer.returns(emulator, payment)
    check("refused: the buyer returns to FailURL", shop.hears("/fail", 200).fields["InvId"] == "200")
    check("refused: the shop is told nothing", not shop.heard("/result", 200))
    goes_to_pay("forged", calls("create_invoice", out_sum=5, inv_id=201))
    emulator.chooses(LOGIN, 201, "bad_signature")
    answer = emulator.sees(LOGIN, 201, state="paid", notice="repeating")["notice"]["last_answer"]
    check("forged: the tool does not believe it", answer["body"] == "bad sign", answer)
    goes_to_pay("twice", calls("create_invoice", out_sum=5, inv_id=203))
    emulator.chooses(LOGIN, 203, "notified_twice")
    shop.hears("/result", 203, times=2)
    first, second = shop.heard("/result", 203)
    check("twice: the same notice, answered the same", (first.body, first.answer) == (second.body, second.answer))
    made = calls("create_invoice", out_sum=5, inv_id=202, password1="of-nobody")
    _, page = Buyer().opens(moved(made["url"], emulator.url))
    check("a wrong password: error 29", error_number(page) == 29, error_number(page))
    is_refused("OpState with a wrong password", "check_payment", "error 1", inv_id=100, password2="of-nobody")
    is_refused("OpState of an unknown shop", "check_payment", "error 2", inv_id=100, merchant_login="!")


def rehearsed():
    made = calls("create_invoice", out_sum=7, inv_id=210, is_test=True, password1="test_password1")
    goes_to_pay("rehearsal", made)
    emulator.chooses(LOGIN, 210, "paid")
    sent = is_accepted(210)
    check("rehearsal: says so, and the sum is as sent", (sent["IsTest"], sent["OutSum"]) == ("1", "7.00"), sent)


def with_receipt():
    items = [{"name": "Чай «Ассам» & мёд, 100%", "sum": 150.5, **ITEM}, {"name": "Доставка", "sum": 49.5, **ITEM}]
    # The link has the receipt encoded twice, the form once; the raw JSON is signed.
    for order, by_form in [(220, False), (221, True)]:
        made = calls("create_invoice", out_sum=200, inv_id=order, receipt_items=items, receipt_sno="osn")
        goes_to_pay(f"receipt, by form {by_form}", made, by_form)
        emulator.chooses(LOGIN, order, "paid")
        is_accepted(order)


def services():
    groups = calls("list_currencies", merchant_login=LOGIN)["groups"]
    aliases = {currency["alias"] for group in groups for currency in group["currencies"]}
    check("currencies: cards and SBP are there", {"BankCard", "SBP"} <= aliases, sorted(aliases))
    currencies = [currency for group in groups for currency in group["currencies"]]
    label = next(currency["label"] for currency in currencies if currency["alias"] == "SBP")
    told = calls("calc_out_sum", inc_sum=100, inc_curr_label="BankCard")
    check("CalcOutSumm: a sum", told["result_code"] == 0 and 0 < float(told["out_sum"]) <= 100, told)
    is_refused("CalcOutSumm with a wrong password", "calc_out_sum", "error 1", inc_sum=100, password1="nobody")
    goes_to_pay("SBP", calls("create_invoice", out_sum=5, inv_id=230, currency=label))
    emulator.chooses(LOGIN, 230, "paid")
    sent = is_accepted(230)
    check("SBP: the notice says so", sent["IncCurrLabel"] == label, sent["IncCurrLabel"])


def held_and_captured():
    goes_to_pay("hold", calls("hold_init", out_sum=300, inv_id=240))
    emulator.chooses(LOGIN, 240, "paid")
    emulator.sees(LOGIN, 240, state="held", notice="none")
    reaches(240, 20)
    part = [{"name": "Чай", "sum": 250.25, **ITEM}]
    done = calls("hold_confirm", out_sum=250.25, inv_id=240, receipt_items=part)
    check("hold: a part is captured", done == {"status_code": 200, "body": '"success: true"'}, done)
    sent = is_accepted(240)
    check("hold: the notice tells the part", sent["OutSum"] == "250.250000", sent["OutSum"])
    reaches(240, 100)
    whole = [{"name": "Чай", "sum": 300, **ITEM}]
    goes_to_pay("hold", calls("hold_init", out_sum=300, inv_id=241, receipt_items=whole))
    emulator.chooses(LOGIN, 241, "paid")
    emulator.sees(LOGIN, 241, state="held", notice="none")
    done = calls("hold_cancel", inv_id=241)
    check("hold: released", done == {"status_code": 200, "body": '"success: true"'}, done)
    reaches(241, 60)
    check("hold: of a released one the shop hears nothing", not shop.heard("/result", 241))
    done = calls("hold_confirm", out_sum=300, inv_id=241)
    check("hold: what was released is not captured", done["body"] == '"success: false"', done)
    done = calls("hold_cancel", inv_id=241, password1="of-nobody")
    check("hold: a wrong password releases nothing", done["body"] == '"success: false"', done)


def charged_again():
    made = calls("init_recurring_parent", out_sum=12, inv_id=250, description="Подписка")
    goes_to_pay("recurring", made)
    emulator.chooses(LOGIN, 250, "paid")
    is_accepted(250)
    for order, receipt in [(251, None), (252, [{"name": "Подписка", "sum": 12.5, **ITEM}])]:
        charge = {"new_inv_id": order, "previous_inv_id": 250, "out_sum": 12.5, "receipt_items": receipt}
        done = calls("recurring_charge", description="Ещё месяц", **charge)
        check(f"recurring: charge {order} is accepted", done["is_accepted"] and done["body"] == f"OK{order}", done)
        check(f"recurring: charge {order} is told", is_accepted(order)["OutSum"] == "12.500000")
        reaches(order, 100)
    stray = {"new_inv_id": 253, "out_sum": 12.5}
    done = calls("recurring_charge", previous_inv_id=999, **stray)
    check("recurring: not after an unknown payment", not done["is_accepted"], done)
    done = calls("recurring_charge", previous_inv_id=100, **stray)
    check("recurring: not after a payment without it", not done["is_accepted"], done)
    done = calls("recurring_charge", previous_inv_id=250, password1="of-nobody", **stray)
    check("recurring: not with a wrong password", not done["is_accepted"], done)


def refunded():
    goes_to_pay("refund", calls("create_invoice", out_sum=100, inv_id=260))
    emulator.chooses(LOGIN, 260, "paid")
    is_accepted(260)
    key = state(260)["info"]["op_key"]
    for algorithm, total in [("HS256", 10.5), ("HS384", 20), ("HS512", 30)]:
        items = [{"name": "Чай", "quantity": 1, "cost": total, "tax": "vat20"}]
        done = calls("refund_create", op_key=key, refund_sum=total, items=items, algorithm=algorithm)
        check(f"refund, {algorithm}: taken", done["success"] and len(done["request_id"]) == 36, done)
        is_finished(f"refund, {algorithm}", done["request_id"], total)
    done = calls("refund_create", op_key=key, refund_sum=39.51)
    refusal = (done["success"], done["message"])
    check("refund: not more than is left", refusal == (False, "NotEnoughOperationFunds"), refusal)
    done = calls("refund_create", op_key=key, refund_sum=1, password3="of-nobody")
    check("refund: not with a wrong password", not done["success"] and done["message"], done)
    done = calls("refund_create", op_key=key[:-1] + ("a" if key[-1] != "a" else "b"), refund_sum=1)
    check("refund: not of an unknown operation", not done["success"] and done["message"], done)
    goes_to_pay("refund", calls("create_invoice", out_sum=15, inv_id=261))
    emulator.chooses(LOGIN, 261, "paid")
    is_accepted(261)
    done = calls("refund_create", op_key=state(261)["info"]["op_key"])
    check("refund in whole: taken", done["success"], done)
    is_finished("refund in whole", done["request_id"], 15)
    stranger = "00000000-0000-4000-8000-000000000000"
    is_refused("refund: an unknown request is refused", "refund_status", "Id is invalid", request_id=stranger)


def is_finished(what, request, total):
    def finished():
        told = calls("refund_status", request_id=request)
        return told if told["is_finished"] else None

    told = until(f"{what}: finished", finished)
    check(f"{what}: finished", (told["request_id"], float(told["amount"])) == (request, total), told)


def by_its_own_addresses():
    """The class of the package that takes base addresses: nothing of it goes to the hosts it has built in."""
    bases = {
        "xml_base_url": f"{emulator.url}/Merchant/WebService/Service.asmx",
        "refund_base_url": f"{emulator.url}/RefundService",
    }

    async def session():
        async with RobokassaClient(LOGIN, password2="password2", password3="password3", **bases) as client:
            told = await client.check_payment(100)
            made = await client.refund_create(told.info.op_key)
            return told, await client.refund_status(made.request_id)

    told, refund = asyncio.run(session())
    check("RobokassaClient: the payment is paid", told.is_paid and told.user_fields["Shp_order"] == "42", told)
    check("RobokassaClient: its refund is of the whole sum", float(refund.amount) == 100.5, refund)


def message_to_a_phone():
    done = calls("send_sms", phone="79991234567", message="Заказ 100 готов")
    check("SMS: taken", done["status_code"] == 200 and '"result":true' in done["body"], done)
    done = calls("send_sms", phone="79991234567", message="Заказ 100 готов", password1="of-nobody")
    check("SMS: a wrong password has its code", '"errorCode":1000' in done["body"], done)


def what_it_signs_wrongly():
    # The tool hashes the JSON where the service wants the first segment of the body, so both calls are answered
    # with the code of a wrong signature.
    done = calls(
        "second_receipt_create", merchant_id=LOGIN, receipt_id="2-220", origin_id="220", url="https://shop.example",
        items=[{"name": "Чай", "sum": 200, **ITEM}], total=200, payments=[{"type": 2, "sum": 200}],
        client={"email": "buyer@example.com"},
    )
    check("second receipt: the code of a wrong signature", done["result_code"] == "1001", done)
    done = calls("second_receipt_status", merchant_id=LOGIN, receipt_id="2-220")
    check("second receipt: the code of a wrong signature", done["code"] == "1001", done)
    # It names no shop that shares, and signs nothing.
    parts = [{"merchantLogin": "one", "amount": 40}, {"merchantLogin": "two", "amount": 60}]
    made = calls("build_split_invoice", out_amount=100, splits=parts, inv_id=270)
    _, page = Buyer().opens(moved(made["url"], emulator.url))
    check("split: without a shop it is error 26", error_number(page) == 26, error_number(page))
    done = calls("partner_refund", robox_partner_id="nobody", op_key="nothing", auth_headers={})
    check("partner's refund: refused readably", done["success"] is False, done)


def hosts_are_here(url):
    """Lets `httpx` find the built-in hosts at the emulator; any other host is a mistake."""
    original = httpx.AsyncHTTPTransport.handle_async_request

    async def handle(self, request):
        if request.url.host in HOSTS:
            request.url = httpx.URL(moved(str(request.url), url))
            request.headers["host"] = request.url.netloc.decode()
        assert str(request.url).startswith(url), f"a request to a stranger: {request.url}"
        return await original(self, request)

    httpx.AsyncHTTPTransport.handle_async_request = handle


# A refusal is an answer here, and its traceback no news; nor is it that the emulator's passwords are short.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
os.environ.update(PASSWORDS)
accounts = [{"login": LOGIN}, *({"login": f"mcp-{digest}", "algorithm": digest} for digest in DIGESTS)]
with Emulator(shop, accounts) as emulator:
    hosts_are_here(emulator.url)
    live([
        paid_in_every_digest, refused_and_forged, rehearsed, with_receipt, services, held_and_captured, charged_again,
        refunded, by_its_own_addresses, message_to_a_phone, what_it_signs_wrongly,
    ])

//! Texts of how payments end: paid, held, declined, expired, cancelled, too late, or not known yet.

use domain::attempts::Reason;

use super::{Words, words};
use crate::checkout::views::{LateWhy, Returning};

words! {
    checking_title { ru: "Банк ещё не ответил", en: "The bank has not answered yet" }
    checking_text {
        ru: "Мы спрашиваем у банка, прошла ли оплата, и покажем ответ здесь. Страницу можно закрыть: ответ мы узнаем и без вас.",
        en: "We are asking the bank whether the payment went through, and will show the answer here. You may close this page: we learn the answer without you."
    }

    held_title { ru: "Деньги зарезервированы", en: "The money is held" }
    held_text {
        ru: "Магазин спишет их, когда подтвердит заказ. Если он откажется или не успеет, резерв будет снят.",
        en: "The shop takes it when it confirms the order. If it declines or runs out of time, the hold is lifted."
    }
    held_sum { ru: "Зарезервировано", en: "Held" }
    held_until { ru: "Резерв действует до", en: "Held until" }

    paid_title { ru: "Оплачено", en: "Paid" }
    paid_sum { ru: "Вы заплатили", en: "You paid" }
    paid_at { ru: "Когда", en: "When" }
    refunded { ru: "Возвращено вам", en: "Returned to you" }
    returning_by_itself(n: u64) {
        ru: [n; One: "Вы вернётесь в магазин автоматически через {n} секунду.", Few: "Вы вернётесь в магазин автоматически через {n} секунды.", Many: "Вы вернётесь в магазин автоматически через {n} секунд."],
        en: [n; One: "You will return to the shop automatically in {n} second.", Other: "You will return to the shop automatically in {n} seconds."]
    }
    stay { ru: "Остаться на этой странице", en: "Stay on this page" }

    failed_title { ru: "Оплата не прошла", en: "The payment did not go through" }
    perhaps_touched {
        ru: "Прежде чем платить снова, проверьте, не списаны ли деньги.",
        en: "Before you pay again, check whether the money has been taken."
    }
    reason_funds { ru: "Не хватило денег на счёте или карте.", en: "There was not enough money on the account or card." }
    reason_limit { ru: "Сумма больше лимита, который установил банк или вы сами.", en: "The sum is above a limit that the bank or you have set." }
    reason_expired { ru: "Срок действия карты истёк.", en: "The card has expired." }
    reason_details { ru: "Номер карты, срок или код введены неверно.", en: "The card's number, date or code does not match." }
    reason_restricted { ru: "Этой картой нельзя заплатить здесь.", en: "This card cannot be used here." }
    reason_confirmation { ru: "Банк не получил правильного подтверждения.", en: "The bank did not get a correct confirmation." }
    reason_timeout { ru: "Подтверждение не пришло вовремя.", en: "The confirmation did not come in time." }
    reason_declined { ru: "Вы отказались от оплаты.", en: "You declined the payment." }
    reason_identity { ru: "Для такой суммы кошелёк нужно подтвердить у его оператора.", en: "For such a sum the wallet's owner has to be verified first." }
    reason_revoked { ru: "Сохранённый способ оплаты больше не действует.", en: "The saved payment method is no longer valid." }
    reason_merchant { ru: "Магазин отменил эту оплату.", en: "The shop cancelled this payment." }
    reason_method { ru: "Этот способ оплаты вам сейчас недоступен.", en: "This payment method is not available to you at present." }
    reason_duplicate { ru: "Такая оплата уже была начата раньше.", en: "The same payment had been started before." }
    reason_bank { ru: "Банк отказал и не назвал причину. Её знает поддержка банка.", en: "The bank declined and did not say why. Its support can tell you." }
    reason_unavailable { ru: "Банк или платёжный сервис сейчас не отвечает.", en: "The bank or the payment service is not available at present." }

    closing_title { ru: "Закрываем платёж", en: "Closing the payment" }
    closing_text {
        ru: "Мы узнаём у банка, чем закончилась начатая оплата, и покажем ответ здесь.",
        en: "We are asking the bank how the payment that was started has ended, and will show the answer here."
    }

    expired_title { ru: "Время на оплату вышло", en: "The time to pay is over" }
    expired_text(at: &str) { ru: "Заплатить можно было до {at}.", en: "It could be paid until {at}." }
    expired_if_sent {
        ru: "Если вы уже отправили деньги, не платите снова. Когда они придут, мы зачтём их или вернём, и это будет видно на этой странице.",
        en: "If you have already sent the money, do not pay again. When it arrives we will count it or return it, and this page will say which."
    }
    start_again_text { ru: "Чтобы заплатить по сегодняшней цене, начните оплату в магазине заново.", en: "To pay at today's price, start again from the shop." }
    start_again { ru: "Начать заново в магазине", en: "Start again at the shop" }

    cancelled_title { ru: "Платёж отменён", en: "The payment was cancelled" }
    cancelled_text { ru: "Заплатить по этой ссылке больше нельзя. Деньги не списаны.", en: "It can no longer be paid. No money was taken." }
    released_text(sum: &str) {
        ru: "Магазин не стал списывать {sum}, и резерв снимается. Когда деньги снова станут доступны, зависит от вашего банка.",
        en: "The shop did not take {sum}, and the hold is being lifted. When you can use the money again depends on your bank."
    }

    late_on_its_way { ru: "Возвращаем ваши деньги", en: "Your money is being returned" }
    late_done { ru: "Деньги возвращены", en: "Your money was returned" }
    late_by_hand { ru: "Деньги получены, но не зачтены", en: "The money came, but could not be counted" }
    late_after_end { ru: "Деньги пришли, когда время на оплату уже вышло.", en: "The money came after the time to pay was over." }
    late_twice { ru: "Этот заказ оплачен дважды, второй платёж лишний.", en: "This order was paid twice; the second payment was not needed." }
    late_other_sum { ru: "Пришла не та сумма, которую нужно было заплатить.", en: "The sum that came is not the sum that was due." }
    received { ru: "Пришло", en: "Received" }
    was_due { ru: "Нужно было", en: "Was due" }
    back_on_its_way {
        ru: "Они вернутся тем же способом, которым вы платили. Делать ничего не нужно.",
        en: "It goes back the way it came. You do not have to do anything."
    }
    back_done { ru: "Банк подтвердил возврат. Зачисление зависит от банка.", en: "The bank has confirmed the return. When it reaches your account depends on the bank." }
    back_by_hand {
        ru: "Этот способ не умеет возвращать деньги сам, поэтому возвратом занимается сотрудник. Назовите номер платежа магазину, если хотите ускорить его.",
        en: "This method cannot return money by itself, so a person takes care of it. To speed it up, give the shop the payment number."
    }
}

impl Words {
    /// Why an attempt was declined, in the kinds that a buyer can tell apart and do something about.
    /// What is nobody's business but ours and the provider's reads as "not available".
    pub(crate) fn reason(self, reason: &Reason) -> &'static str {
        match reason {
            Reason::InsufficientFunds => self.reason_funds(),
            Reason::LimitExceeded => self.reason_limit(),
            Reason::ExpiredCard => self.reason_expired(),
            Reason::InvalidCard | Reason::InvalidCvc => self.reason_details(),
            Reason::LostOrStolen | Reason::CardRestricted => self.reason_restricted(),
            Reason::TokenRevoked => self.reason_revoked(),
            Reason::AuthenticationFailed => self.reason_confirmation(),
            Reason::Timeout => self.reason_timeout(),
            Reason::PayerCanceled => self.reason_declined(),
            Reason::MerchantCanceled => self.reason_merchant(),
            Reason::IdentificationRequired => self.reason_identity(),
            Reason::MethodUnavailable => self.reason_method(),
            Reason::Duplicate => self.reason_duplicate(),
            Reason::FraudSuspected | Reason::IssuerDeclined | Reason::Unknown => self.reason_bank(),
            Reason::IssuerUnavailable
            | Reason::InvalidRequest
            | Reason::InvalidState
            | Reason::AuthError
            | Reason::RateLimited
            | Reason::ProviderUnavailable => self.reason_unavailable(),
        }
    }

    /// The heading over money that could not be taken.
    pub(crate) fn late_title(self, back: &Returning) -> &'static str {
        match back {
            Returning::OnItsWay => self.late_on_its_way(),
            Returning::Done => self.late_done(),
            Returning::ByHand => self.late_by_hand(),
        }
    }

    /// Why the money could not be taken.
    pub(crate) fn late_why(self, why: &LateWhy) -> &'static str {
        match why {
            LateWhy::AfterEnd => self.late_after_end(),
            LateWhy::Twice => self.late_twice(),
            LateWhy::OtherSum => self.late_other_sum(),
        }
    }

    /// How the money goes back.
    pub(crate) fn late_back(self, back: &Returning) -> &'static str {
        match back {
            Returning::OnItsWay => self.back_on_its_way(),
            Returning::Done => self.back_done(),
            Returning::ByHand => self.back_by_hand(),
        }
    }
}

//! The help centre and the guided check, to somebody who is not signed in.

use tantu_domain::cause::Cause;
use tantu_explain::Lang;
use tantu_explain::words::help_words;

use crate::app::TestApp;
use crate::pages::whole;

async fn page(app: &TestApp, path: &str, lang: Lang) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    let reply = app.browse(&format!("{path}{joint}lang={}", lang.id()), "").await.expect(200);
    whole(&reply.text, lang.id(), path);
    reply.text
}

/// The addresses of a page's links that lead to the check, as a browser follows them.
fn check_links(text: &str) -> Vec<String> {
    let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"').map(|(link, _)| link));
    // The language switch leads to the page itself.
    links
        .filter(|link| link.starts_with("/help/check?") && !link.contains("lang="))
        .map(|link| link.replace("&amp;", "&"))
        .collect()
}

#[tokio::test]
async fn every_cause_has_an_article_in_three_languages_from_which_the_check_begins() {
    let app = TestApp::start().await;
    for lang in Lang::ALL.iter().copied() {
        let centre = page(&app, "/help", lang).await;
        for cause in Cause::ALL {
            assert!(centre.contains(&format!("href=\"/help/{}\"", cause.id())), "{} is not listed", cause.id());
        }
    }
    for cause in Cause::ALL {
        let text = page(&app, &format!("/help/{}", cause.id()), Lang::ZhHant).await;
        assert!(check_links(&text).iter().any(|link| link.contains(cause.id())), "{text}");
    }
    app.browse("/help/limit.hourly", "").await.expect(404);
}

#[tokio::test]
async fn a_search_finds_two_characters_in_either_script() {
    let app = TestApp::start().await;
    for searched in ["限额", "限額", "%E9%99%90%E9%A2%9D", "daily"] {
        let text = page(&app, &format!("/help?q={searched}"), Lang::ZhHans).await;
        assert!(text.contains("href=\"/help/limit.daily\""), "{searched}: {text}");
    }
    let text = page(&app, "/help?q=zzzz", Lang::En).await;
    assert!(text.contains(help_words(Lang::En).search_none), "{text}");
}

#[tokio::test]
async fn own_words_lead_to_articles_a_question_or_a_door_and_stand_in_no_address() {
    let app = TestApp::start().await;
    let say = async |text: &'static str| app.submit("/help/words?lang=en", "", &[("text", text)]).await;
    let heard = say("我的卡 6222020200112233 今天的限额用完了").await.expect(200);
    assert!(
        heard.text.contains("href=\"/help/limit.daily\"") && !heard.text.contains("6222020200112233"),
        "{}",
        heard.text
    );
    let asked = say("付不了").await.expect(200).text;
    assert!(check_links(&asked).len() > 5, "{asked}");
    let shown = say("退款什么时候到账").await.expect(200).text;
    assert!(shown.contains(help_words(Lang::En).door_title), "{shown}");
}

#[tokio::test]
async fn the_check_leads_by_its_links_to_a_cause_and_in_the_end_to_a_person() {
    let app = TestApp::start().await;
    let words = help_words(Lang::En);
    // Always the first reply, and it always still fails: it must end all the same.
    let mut at = "/help/check".to_owned();
    let mut seen = Vec::new();
    for _ in 0..100 {
        let text = page(&app, &at, Lang::En).await;
        if text.contains(words.support_title) {
            assert!(seen.len() > 3, "{seen:?}");
            return;
        }
        let next = check_links(&text).into_iter().find(|link| link.contains("step=")).unwrap();
        assert!(!seen.contains(&next), "a circle at {next}");
        seen.push(next.clone());
        at = next;
    }
    panic!("no end after {seen:?}");
}

#[tokio::test]
async fn an_address_that_somebody_made_up_is_read_as_far_as_it_makes_sense() {
    let app = TestApp::start().await;
    let long = format!("/help/check?heard=x~9,limit.daily~255,limit.daily~-1{}", "&step=shown.limit".repeat(200));
    for path in [long.as_str(), "/help/check?step=not:x&step=%00&heard=%FF", "/help/check?heard=limit.daily~90"] {
        page(&app, path, Lang::ZhHans).await;
    }
    let text = page(&app, "/help/check?step=shown.limit&step=which_limit.day", Lang::En).await;
    assert!(text.contains(help_words(Lang::En).named_title) && text.contains("not%3Alimit.daily"), "{text}");
}

//! Writes every page in every complete language into a folder, to be looked at: `gallery FOLDER`.

mod samples;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use domain::ids::BookKind;
use domain::payments::Language;
use web::assets;
use web::cabinet::gallery;
use web::cabinet::shell::Frame;
use web::checkout::views::Page;

/// The cabinet's components in every complete language, and mirrored.
fn frames() -> Vec<(&'static str, Frame)> {
    let tongues =
        [("ru", Language::Ru, false), ("en", Language::En, false), ("mirrored", Language::En, true)];
    let frame = |(name, language, mirrored)| {
        let frame = Frame {
            page: Page { payment: None, ..samples::page(language) },
            account: None,
            here: None,
            kind: BookKind::Live,
            address: gallery::ADDRESS.to_owned(),
            mirrored,
        };
        (name, frame)
    };
    tongues.into_iter().map(frame).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: gallery FOLDER")?);
    fs::create_dir_all(folder.join("static"))?;
    for language in [Language::Ru, Language::En] {
        for (name, page) in samples::pages(language)? {
            fs::write(folder.join(format!("{}-{name}.html", language.code())), &page.html)?;
            fs::write(folder.join(format!("{}-{name}.policy", language.code())), &page.policy)?;
        }
    }
    for (name, frame) in frames() {
        let page = gallery::page(&frame)?;
        fs::write(folder.join(format!("{name}-cabinet.html")), &page.html)?;
        fs::write(folder.join(format!("{name}-cabinet.policy")), &page.policy)?;
    }
    for address in
        [assets::script_address(), assets::cabinet_style_address(), assets::cabinet_script_address()]
    {
        let name = address.trim_start_matches("/static/");
        let file = assets::static_file(name).ok_or("an address has no file")?;
        fs::write(folder.join("static").join(name), file.bytes)?;
    }
    Ok(())
}

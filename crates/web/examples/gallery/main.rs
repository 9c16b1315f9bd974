//! Writes every page in every complete language into a folder, to be looked at: `gallery FOLDER`.

mod samples;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use domain::payments::Language;
use web::assets;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: gallery FOLDER")?);
    fs::create_dir_all(folder.join("static"))?;
    for language in [Language::Ru, Language::En] {
        for (name, page) in samples::pages(language)? {
            fs::write(folder.join(format!("{}-{name}.html", language.code())), &page.html)?;
            fs::write(folder.join(format!("{}-{name}.policy", language.code())), &page.policy)?;
        }
    }
    let script = assets::script_address();
    let name = script.trim_start_matches("/static/");
    let file = assets::static_file(name).ok_or("the script has no file")?;
    fs::write(folder.join("static").join(name), file.bytes)?;
    Ok(())
}

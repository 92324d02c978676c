//! Files of /assets, for ever cacheable: their name changes with their content.
use crate::app::App;
use crate::assets;
use crate::base::{Kind, OrFail, Result};
use crate::http::{Request, Response};

pub async fn file(_: App, request: Request) -> Result<Response> {
    let nothing = "There is no such file.";
    let fingerprint = request
        .captured("fingerprint")
        .or_fail(Kind::NotFound, nothing)?;
    let name = request.captured("name").or_fail(Kind::NotFound, nothing)?;
    let asset = assets::find(fingerprint, name).or_fail(Kind::NotFound, nothing)?;
    Ok(Response::file(
        asset.content_type,
        &asset.content,
        &asset.gzip,
    ))
}

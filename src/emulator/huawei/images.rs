//! IMS: images that are made of backups of servers, which keep those backups from being deleted.
//!
//! Simplified: an image is there at once, and holds nothing but its name.
//! Source: IMS API v1, "Creating a Full-ECS Image from a CBR Backup"; v2, "Querying Images", "Deleting an Image".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::backup::Backup;
use super::body::Fields;
use super::error::ApiError;
use super::estate::Kind;
use super::gateway::{Answer, Call};
use super::project::Project;
use crate::emulator::table::Identified;

/// An image of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The job that made it.
    pub job: String,
}

impl Identified for Image {
    fn id(&self) -> &str {
        &self.id
    }
}

/// `CreateWholeImage`.
///
/// # Errors
///
/// What the API says.
pub fn create(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let (name, backup) = (fields.required_text("name")?, fields.required_text("backup_id")?);
    let now = call.now;
    let (image, job) = (call.ids.next_uuid(), call.ids.next_uuid());
    let found = call.account.projects.iter_mut().find_map(|project| project.backups.get_mut(backup));
    let found =
        found.ok_or_else(|| ApiError::ims(404, "0025", format!("The backup {backup} does not exist.")))?;
    if found.kind != Kind::Server || found.status(now) != "available" {
        return Err(ApiError::ims(400, "0029", "The backup is no available backup of a server."));
    }
    found.images.push(image.clone());
    call.account.images.insert(Image { id: image, name: name.to_owned(), job: job.clone() });
    Answer::ok(json!({ "job_id": job }))
}

/// `ShowJob`: every image was made at once.
///
/// # Errors
///
/// What the API says.
pub fn show_job(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("job_id");
    let image = call.account.images.iter().find(|image| image.job == id);
    let image = image.ok_or_else(|| ApiError::ims(404, "0005", "The job does not exist."))?;
    Answer::ok(json!({ "job_id": id, "job_type": "imsCreateImageByBackup", "status": "SUCCESS",
        "entities": { "image_id": image.id }, "error_code": Value::Null, "fail_reason": Value::Null }))
}

/// `ListImages`.
///
/// # Errors
///
/// What the API says.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let backups: Vec<&Backup> =
        call.account.projects.iter().flat_map(|project: &Project| project.backups.iter()).collect();
    let shown = |backup: &Backup, image: &String| {
        let known = call.account.images.get(image);
        json!({
            "id": image,
            "name": known.map_or("", |known| known.name.as_str()),
            "status": "active",
            "visibility": "private",
            "__imagetype": "private",
            "__whole_image": "true",
            "__backup_id": backup.id,
            "min_disk": backup.size_gib,
        })
    };
    let images = backups.iter().flat_map(|backup| backup.images.iter().map(|image| shown(backup, image)));
    let wanted = |image: &Value| {
        ["id", "name"].iter().all(|name| call.query.text(name).is_none_or(|wanted| image[*name] == wanted))
    };
    Answer::ok(json!({ "images": images.filter(wanted).collect::<Vec<_>>() }))
}

/// `GlanceDeleteImage`: the backup is free again.
///
/// # Errors
///
/// What the API says.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("image_id").to_owned();
    let backups = call.account.projects.iter_mut().flat_map(|project| project.backups.iter_mut());
    let mut holders: Vec<&mut Backup> = backups.filter(|backup| backup.images.contains(&id)).collect();
    if holders.is_empty() {
        return Err(ApiError::ims(404, "0027", format!("No image found with ID {id}.")));
    }
    for backup in &mut holders {
        backup.images.retain(|image| *image != id);
    }
    call.account.images.remove(&id);
    Answer::empty()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};
    use super::*;

    #[test]
    fn an_image_keeps_its_backup_and_its_vault() {
        let mut cloud = Cloud::new();
        let vault = cloud.vault("v", &["web"]);
        cloud.back_up(&vault);
        let backup = cloud.backups("")[0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "name": "golden", "backup_id": backup });
        let job = cloud.post("/v1/cloudimages/wholeimages/action", body.clone()).unwrap()["job_id"].take();
        let job = cloud.get(&format!("/v1/p1/jobs/{}", job.as_str().unwrap())).unwrap();
        let image = job["entities"]["image_id"].as_str().unwrap().to_owned();
        assert_eq!(cloud.get("/v2/cloudimages?name=golden").unwrap()["images"][0]["id"], image.as_str());
        assert_eq!(code(cloud.delete(&format!("~/backups/{backup}"))), "400 6204");
        cloud.delete(&format!("/v2/images/{image}")).unwrap();
        assert_eq!(code(cloud.delete(&format!("/v2/images/{image}"))), "404 IMG.0027");
        cloud.delete(&format!("~/backups/{backup}")).unwrap();
        let ghost = json!({ "name": "golden", "backup_id": "ghost" });
        assert_eq!(code(cloud.post("/v1/cloudimages/wholeimages/action", ghost)), "404 IMG.0025");
    }
}

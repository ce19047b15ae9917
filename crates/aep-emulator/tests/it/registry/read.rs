//! Lists and look-ups, and their Accept headers.

use super::*;

#[tokio::test]
async fn lists_show_ids_or_whole_documents() {
    let world = World::new().await;
    let list = get(&world, "/tenant/schemas", IDS).await.expect(200);
    let titles: Vec<_> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].clone())
        .collect();
    assert_eq!(titles, ["Loyalty Members", "Loyalty Purchases"]);
    assert_eq!(
        list["_page"],
        json!({"orderby": "title", "next": null, "count": 2})
    );
    assert!(
        list["_links"]["global_schemas"]["href"]
            .as_str()
            .unwrap()
            .ends_with("/global/schemas")
    );
    let first = list["results"][0].as_object().unwrap();
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        ["$id", "meta:altId", "version", "title"]
    );
    let whole = get(
        &world,
        "/tenant/schemas?orderby=-title&limit=1",
        "application/vnd.adobe.xdm+json",
    )
    .await
    .expect(200);
    assert!(whole["results"][0]["allOf"].is_array());
    assert_eq!(whole["_page"]["next"], "Loyalty Purchases");
    let next = get(
        &world,
        "/tenant/schemas?orderby=-title&limit=1&start=Loyalty%20Purchases",
        IDS,
    )
    .await
    .expect(200);
    assert_eq!(next["results"][0]["title"], "Loyalty Members");
    // The published Python client writes a slash at the end, and leaves ad-hoc schemas out like this.
    let python = "/tenant/schemas/?property=meta%3Aextends%21%3Dhttps%3A%2F%2Fns.adobe.com%2Fxdm%2Fdata%2Fadhoc";
    assert_eq!(
        get(&world, python, IDS).await.expect(200)["_page"]["count"],
        2
    );
    let classes = get(&world, "/global/classes?property=title~Profile", IDS)
        .await
        .expect(200);
    assert_eq!(
        classes["results"][0]["$id"],
        "https://ns.adobe.com/xdm/context/profile"
    );
    let groups = "/global/mixins?property=meta:intendedToExtend==https://ns.adobe.com/xdm/context/experienceevent";
    assert_eq!(
        get(&world, groups, IDS).await.expect(200)["_page"]["count"],
        2
    );
    assert_eq!(
        get(&world, "/global/behaviors", IDS).await.expect(200)["_page"]["count"],
        3
    );
}

#[tokio::test]
async fn accept_headers_are_checked() {
    let world = World::new().await;
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    coded(get(&world, "/tenant/schemas", RAW).await, "XDM-1006-400");
    coded(
        get(&world, "/tenant/schemas", "application/json").await,
        "XDM-1006-400",
    );
    coded(
        get(
            &world,
            &format!("/tenant/schemas/{id}"),
            "application/vnd.adobe.xed+json",
        )
        .await,
        "XDM-1007-400",
    );
    coded(
        get(&world, &format!("/tenant/schemas/{id}"), "application/json").await,
        "XDM-1007-400",
    );
    coded(
        get(
            &world,
            "/tenant/descriptors",
            "application/vnd.adobe.xed+json",
        )
        .await,
        "XDM-1008-400",
    );
}

#[tokio::test]
async fn a_schema_is_found_by_both_its_ids_in_every_form() {
    let world = World::new().await;
    let found = schema(&world, "Loyalty Members").await;
    let (id, alt) = (
        found["$id"].as_str().unwrap(),
        found["meta:altId"].as_str().unwrap(),
    );
    let raw = get(&world, &format!("/tenant/schemas/{}", encoded(id)), RAW)
        .await
        .expect(200);
    assert_eq!(raw["$id"], id);
    assert_eq!(raw["meta:tenantNamespace"], "_local");
    assert_eq!(
        raw["meta:class"],
        "https://ns.adobe.com/xdm/context/profile"
    );
    let full = get(&world, &format!("/tenant/schemas/{alt}"), FULL)
        .await
        .expect(200);
    assert!(full.get("allOf").is_none());
    let local = &full["properties"]["_local"];
    assert_eq!(full["required"], json!(["_id", "_local"]));
    assert_eq!(local["required"], json!(["memberId"]));
    assert_eq!(local["properties"]["memberId"]["pattern"], "^M[0-9]{8}$");
    let types = [
        "points",
        "lifetimeValue",
        "joinedOn",
        "lastActivity",
        "active",
        "preferences",
        "favouriteStores",
        "visits",
        "level",
    ]
    .map(|name| local["properties"][name]["meta:xdmType"].as_str().unwrap());
    assert_eq!(
        types,
        [
            "int",
            "number",
            "date",
            "date-time",
            "boolean",
            "map",
            "array",
            "short",
            "byte"
        ]
    );
    assert_eq!(
        local["properties"]["cards"]["items"]["properties"]["points"]["meta:xdmType"],
        "long"
    );
    assert_eq!(
        full["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"],
        "string"
    );
    let gender = &full["properties"]["person"]["properties"]["gender"]["enum"];
    assert_eq!(
        gender,
        &json!(["female", "male", "not_specified", "non_specific"])
    );
    let identity =
        &full["properties"]["identityMap"]["additionalProperties"]["items"]["properties"];
    assert_eq!(identity["primary"]["meta:xdmType"], "boolean");
    let bare = get(
        &world,
        &format!("/tenant/schemas/{alt}"),
        "application/vnd.adobe.xed-full-notext+json; version=1",
    )
    .await;
    assert!(!bare.expect(200).to_string().contains("\"title\""));
    for variant in [
        "xed-notext",
        "xdm-full",
        "xed-full-desc",
        "xed-deprecatefield",
        "xdm-flat",
    ] {
        let accept = format!("application/vnd.adobe.{variant}+json; version=1");
        get(&world, &format!("/tenant/schemas/{alt}"), &accept)
            .await
            .expect(200);
    }
    coded(
        get(&world, "/tenant/schemas/_local.schemas.none", RAW).await,
        "XDM-1012-404",
    );
    coded(
        get(
            &world,
            &format!("/tenant/schemas/{alt}"),
            "application/vnd.adobe.xed+json; version=2",
        )
        .await,
        "XDM-1012-404",
    );
    coded(
        get(&world, "/global/classes/_xdm.context.none", RAW).await,
        "XDM-1010-404",
    );
    coded(
        get(&world, "/tenant/fieldgroups/_local.mixins.none", RAW).await,
        "XDM-1011-404",
    );
}

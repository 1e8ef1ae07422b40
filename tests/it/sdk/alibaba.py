"""Drives the emulator through the whole life of a backup with the vendor's own SDKs, unchanged.

Arguments: the emulator's address, as `http://127.0.0.1:PORT`. Its world must be `alibaba.world.json`.
Prints each check that failed, and at the end how many there were. Exit code 1 where one failed, 3 where the SDKs are not there.
"""

import json
import logging
import sys
import time
import urllib.request

try:
    from alibabacloud_credentials.client import Client as Credential
    from alibabacloud_credentials.models import Config as CredentialConfig
    from alibabacloud_ecs20140526 import models as ecs
    from alibabacloud_ecs20140526.client import Client as EcsClient
    from alibabacloud_hbr20170908 import models as hbr
    from alibabacloud_hbr20170908.client import Client as HbrClient
    from alibabacloud_sts20150401 import models as sts
    from alibabacloud_sts20150401.client import Client as StsClient
    from alibabacloud_tea_openapi import utils_models
    from darabonba.runtime import RuntimeOptions
except ImportError as missing:
    print(f"not there: {missing}")
    sys.exit(3)

logging.getLogger("credentials").setLevel(logging.CRITICAL)
ADDRESS = sys.argv[1]
HOST = ADDRESS.removeprefix("http://")
ROOT = ("test-root", "root-secret")
USER = ("test-user", "user-secret")
READER = ("test-reader", "reader-secret")
ARN = "acs:ram::1000000000000001:role/"
DAY = 86400
GIB = 1 << 30

counts = {"run": 0, "passed": 0}


def check(what, found, expected=True):
    counts["run"] += 1
    if found == expected:
        counts["passed"] += 1
    else:
        print(f"FAILED {what}: {found!r} instead of {expected!r}")


def config(key, token=None, algorithm=None, region="cn-hangzhou", host=HOST):
    return utils_models.Config(
        access_key_id=key[0], access_key_secret=key[1], security_token=token, endpoint=host, protocol="http",
        region_id=region, signature_algorithm=algorithm)


class Api:
    """All operations of one product, as calls that give the body or the error's code."""

    def __init__(self, client, models):
        self.client, self.models = client, models

    def __call__(self, operation, **fields):
        words = "".join(part.capitalize() for part in operation.split("_"))
        method = getattr(self.client, f"{operation}{'' if operation[-1].isdigit() else '_'}with_options")
        runtime = RuntimeOptions(connect_timeout=5000, read_timeout=10000)
        request = getattr(self.models, f"{words}Request", None)
        answer = method(runtime) if request is None else method(request(**fields), runtime)
        return answer.body

    def error(self, operation, **fields):
        """The status and the code of a call that must fail, and the exception."""
        try:
            self(operation, **fields)
        except Exception as error:  # Each generation of the SDKs has classes of its own.
            return (getattr(error, "status_code", None), getattr(error, "code", None)), error
        return (200, "success"), None


def hbr_api(key=ROOT, **options):
    return Api(HbrClient(config(key, **options)), hbr)


def ecs_api(key=ROOT, **options):
    return Api(EcsClient(config(key, **options)), ecs)


def sts_api(key=ROOT, **options):
    return Api(StsClient(config(key, **options)), sts)


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ADDRESS}/_emulator/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def advance(duration):
    return control("POST", "clock", {"advance": duration})


def faults(*texts):
    control("POST", "faults", {"faults": list(texts)})


def plan_filter(key, *values):
    return [hbr.DescribeBackupPlansRequestFilters(key=key, values=list(values))]


def job_filter(key, operator, *values):
    return hbr.DescribeBackupJobs2RequestFilters(key=key, operator=operator, values=[str(value) for value in values])


def plans(api, **fields):
    return api("describe_backup_plans", **{"edition": "BASIC", "source_type": "ECS_FILE", **fields})


def plan(api, plan_id):
    found = plans(api, filters=plan_filter("planId", plan_id)).backup_plans.backup_plan
    return found[0] if found else None


def jobs(api, **fields):
    return api("describe_backup_jobs_2", **{"edition": "BASIC", "source_type": "ECS_FILE", **fields})


def snapshots(api, instance, field="instanceId", **fields):
    query = [{"field": field, "value": instance, "operation": "MATCH_TERM"}]
    return api("search_historical_snapshots", edition="BASIC", source_type="ECS_FILE", query=query, **fields)


def envelope(what, body):
    check(f"{what}: envelope", (body.success, body.code, body.message), (True, "200", "successful"))
    check(f"{what}: request id", len(body.request_id), 36)


def who_calls():
    body = sts_api()("get_caller_identity")
    check("root", (body.account_id, body.identity_type, body.arn, body.user_id),
          ("1000000000000001", "Account", "acs:ram::1000000000000001:root", "1000000000000001"))
    body = sts_api(USER)("get_caller_identity")
    check("user", (body.identity_type, body.arn), ("RAMUser", "acs:ram::1000000000000001:user/anna"))
    body = sts_api(USER, algorithm="v2")("get_caller_identity")
    check("user, signed in the old way", body.identity_type, "RAMUser")


def roles():
    assume = dict(role_arn=ARN + "viewer", role_session_name="me", duration_seconds=900)
    for algorithm in (None, "v2"):
        body = sts_api(USER, algorithm=algorithm)("assume_role", **assume)
        key = (body.credentials.access_key_id, body.credentials.access_key_secret)
        token = body.credentials.security_token
        check("assumed", body.assumed_role_user.arn, "acs:ram::1000000000000001:assumed-role/viewer/me")
        check("the temporary key", key[0].startswith("STS."))
        for second in (None, "v2"):
            identity = sts_api(key, token=token, algorithm=second)("get_caller_identity")
            check("who it is", (identity.identity_type, identity.role_id is not None), ("AssumedRoleUser", True))
        check("without the token", sts_api(key).error("get_caller_identity")[0][1], "InvalidAccessKeyId.NotFound")
        check("with another token", sts_api(key, token="x").error("get_caller_identity")[0][1], "InvalidSecurityToken.Malformed")
        check("somebody else's token", sts_api(key, token="token-old").error("get_caller_identity")[0][1],
              "InvalidSecurityToken.MismatchWithAccessKey")
        viewer = hbr_api(key, token=token)
        check("the role's permissions", plans(viewer).total_count, 0)
        check("and no more", viewer.error("delete_backup_plan", plan_id="plan-1", edition="BASIC")[0], (403, "NoPermission"))
    old = sts_api(("STS.test-old", "old-secret"), token="token-old")
    check("an expired token", old.error("get_caller_identity")[0], (400, "InvalidSecurityToken.Expired"))
    refused = {
        "InvalidParameter.RoleArn": dict(role_arn="x"),
        "EntityNotExist.Role": dict(role_arn=ARN + "nobody"),
        "InvalidParameter.RoleSessionName": dict(role_session_name="m/e"),
        "InvalidParameter.DurationSeconds": dict(duration_seconds=1),
    }
    for code, fields in refused.items():
        check(code, sts_api(USER).error("assume_role", **{**assume, **fields})[0][1], code)
    exchange = StsClient(config(("", ""))).assume_role_with_oidcwith_options
    def exchanged(token):
        request = sts.AssumeRoleWithOIDCRequest(
            role_arn=ARN + "viewer", oidcprovider_arn="acs:ram::1000000000000001:oidc-provider/ci", oidctoken=token, role_session_name="me")
        return exchange(request, RuntimeOptions()).body.credentials
    key = exchanged("e30.good")
    identity = sts_api((key.access_key_id, key.access_key_secret), token=key.security_token)("get_caller_identity")
    check("a token of an identity provider", identity.arn, "acs:ram::1000000000000001:assumed-role/viewer/me")
    try:
        exchanged("e30.bad")
        check("another token", "accepted")
    except Exception as error:
        check("another token", error.code, "AuthenticationFail.OIDCToken.Invalid")
    check("no role name", sts_api(USER).error("assume_role", role_arn=ARN + "viewer")[0], (400, "MissingRoleSessionName"))


def wrong_keys():
    call = dict(edition="BASIC")
    for algorithm in (None, "v2"):
        check("an unknown key", hbr_api(("nobody", "x"), algorithm=algorithm).error("describe_backup_plans", **call)[0],
              (404, "InvalidAccessKeyId.NotFound"))
        check("a disabled key", hbr_api(("test-off", "off-secret"), algorithm=algorithm).error("describe_backup_plans", **call)[0],
              (400, "InvalidAccessKeyId.Inactive"))
        (status, code), error = hbr_api(("test-root", "wrong"), algorithm=algorithm).error("describe_backup_plans", **call)
        check("a wrong secret", (status, code), (400, "SignatureDoesNotMatch"))
        check("with a request id", len((error.data or {}).get("requestId") or (error.data or {}).get("RequestId") or ""), 36)
        check("the secret is not told", "root-secret" in str(error), False)


def permissions():
    reader = hbr_api(READER)
    check("allowed by a wildcard", plans(reader).total_count, 0)
    (status, code), error = reader.error("get_basic_statistics", source_type="ECS_FILE")
    check("not allowed", (status, code), (403, "NoPermission"))
    detail = getattr(error, "access_denied_detail", None) or {}
    check("the missing action", detail.get("AuthAction"), "hbr:GetBasicStatistics")
    check("denied although allowed", reader.error("describe_vaults")[0], (403, "NoPermission"))
    check("ECS, allowed", len(ecs_api(READER)("describe_instances", region_id="cn-hangzhou").instances.instance), 10)
    check("ECS, not allowed", ecs_api(READER).error("describe_disks", region_id="cn-hangzhou")[0], (403, "Forbidden.RAM"))
    check("everybody may ask", sts_api(READER)("get_caller_identity").identity_type, "RAMUser")


def opening():
    api = hbr_api()
    check("closed", api.error("describe_backup_plans", edition="BASIC")[0], (403, "ServiceNotActivated"))
    check("regions need no service", "cn-hangzhou" in [region.region_id for region in api("describe_regions").regions.region])
    check("a reader cannot open it", hbr_api(READER).error("open_hbr_service")[0], (403, "NoPermission"))
    body = api("open_hbr_service")
    check("opened", (len(body.order_id) > 0, len(body.request_id)), (True, 36))
    check("opened twice", api.error("open_hbr_service")[0], (400, "ORDER.OPEND"))
    check("no plans yet", plans(api).total_count, 0)


def eligibility():
    api = ecs_api()
    region = dict(region_id="cn-hangzhou")
    body = api("describe_instances", instance_ids=json.dumps(["i-web", "i-old", "i-classic", "i-none"]), **region)
    found = {instance.instance_id: instance for instance in body.instances.instance}
    check("an unknown instance is left out", sorted(found), ["i-classic", "i-old", "i-web"])
    check("size", (found["i-web"].cpu, found["i-web"].memory > 0), (2, True))
    check("network", (found["i-classic"].instance_network_type, found["i-web"].instance_network_type), ("classic", "vpc"))
    check("system", found["i-old"].osname_en, "CentOS  6.8 32 bit")
    check("name", found["i-web"].instance_name, "web 1 + more")
    check("tags", [(tag.tag_key, tag.tag_value) for tag in found["i-web"].tags.tag], [("env", "prod")])
    seen, token = [], None
    while True:
        page = api("describe_instances", max_results=10, next_token=token, **region)
        seen += [instance.instance_id for instance in page.instances.instance]
        token = page.next_token
        if not token:
            break
    check("all instances, by token", (len(seen), len(set(seen))), (13, 13))
    by_number = [len(api("describe_instances", page_number=number, page_size=10, **region).instances.instance) for number in (1, 2, 3)]
    check("all instances, by number", by_number, [10, 3, 0])
    check("too many ids", api.error("describe_instances", instance_ids=json.dumps([f"i-{n}" for n in range(101)]), **region)[0][0], 400)
    check("ids that are no list", api.error("describe_instances", instance_ids="i-web", **region)[0][0], 400)
    check("no region", api.error("describe_instances")[0], (400, "MissingParameter"))
    check("an unknown region", api.error("describe_instances", region_id="cn-atlantis")[0], (404, "InvalidRegionId.NotFound"))
    by_tag = api("describe_instances", tag=[ecs.DescribeInstancesRequestTag(key="env", value="prod")], **region)
    check("by tag", [instance.instance_id for instance in by_tag.instances.instance], ["i-web"])
    by_name = api("describe_instances", instance_name="*-1", max_results=100, **region)
    check("by name", len(by_name.instances.instance), 6)
    by_status = api("describe_instances", status="Stopped", **region)
    check("by status", [instance.instance_id for instance in by_status.instances.instance], ["i-off"])
    by_network = api("describe_instances", instance_network_type="classic", **region)
    check("by network", [instance.instance_id for instance in by_network.instances.instance], ["i-classic"])
    disks = api("describe_disks", instance_id="i-web", **region).disks.disk
    check("disks", sorted((disk.size, disk.type) for disk in disks), [(40, "system"), (100, "data")])
    every = api("describe_disks", max_results=500, **region).disks.disk
    check("all disks", len(every), 14)
    check("too large a page is cut", len(api("describe_disks", max_results=501, **region).disks.disk), 14)
    some = api("describe_disks", disk_ids=json.dumps([disks[0].disk_id]), **region).disks.disk
    check("a disk by id", [disk.disk_id for disk in some], [disks[0].disk_id])
    status = api("describe_cloud_assistant_status", instance_id=["i-web", "i-mute", "i-off"], **region)
    found = status.instance_cloud_assistant_status_set.instance_cloud_assistant_status
    check("Cloud Assistant", {entry.instance_id: entry.cloud_assistant_status for entry in found},
          {"i-web": "true", "i-mute": "false", "i-off": "false"})
    images = api("describe_images", image_id="centos_6", **region).images.image
    check("image", [image.architecture for image in images], ["i386"])
    check("regions", "cn-hangzhou" in [entry.region_id for entry in api("describe_regions").regions.region])
    other = ecs_api(region="cn-shanghai")("describe_instances", region_id="cn-shanghai").instances.instance
    check("another region", [instance.instance_id for instance in other], ["i-shanghai"])


def creating():
    api = hbr_api()
    options = json.dumps({"performanceLevel": "L1"})
    wanted = dict(source_type="ECS_FILE", edition="BASIC", instance_id="i-web", keep_latest_snapshots=1, options=options)
    body = api("create_backup_plan", schedule="I|1760034600|P1D", **wanted)
    envelope("create", body)
    check("the id", body.plan_id.startswith("plan-"))
    again = api("create_backup_plan", **wanted)
    check("no second plan", again.plan_id, body.plan_id)
    check("nothing was changed by it", plan(api, body.plan_id).schedule, "I|1760034600|P1D")
    found = plan(api, body.plan_id)
    check("as wanted", (found.instance_id, found.disabled, found.keep_latest_snapshots, json.loads(found.options)),
          ("i-web", False, 1, {"performanceLevel": "L1"}))
    check("as the edition has it", (found.retention, found.source_type, found.business_status, found.backup_type),
          (30, "ECS_FILE", "ACTIVE", "COMPLETE"))
    check("times", (found.created_time > 0, found.created_time == found.updated_time), (True, True))
    other = api("create_backup_plan", source_type="ECS_FILE", edition="BASIC", instance_id="i-db")
    chosen = plan(api, other.plan_id)
    start = int(chosen.schedule.split("|")[1])
    check("a start is chosen before six", (start + 8 * 3600) % DAY < 6 * 3600)
    check("defaults", (chosen.keep_latest_snapshots, json.loads(chosen.options), chosen.disabled), (1, {"performanceLevel": "L0"}, False))
    refused = [
        (dict(source_type=None), "MissingSourceType"),
        (dict(source_type="TAPE"), "BadRequest"),
        (dict(source_type="NAS"), "BadRequest"),
        (dict(edition="GOLD"), "BadRequest"),
        (dict(instance_id=None), "BadRequest"),
        (dict(instance_id="i-none"), "InvalidInstanceId"),
        (dict(instance_id="i-mute"), "CloudAssistNotRunningOnInstance"),
        (dict(options="L1"), "BadRequest"),
        (dict(options='{"performanceLevel":"L9"}'), "BadRequest"),
        (dict(keep_latest_snapshots=2), "BadRequest"),
        (dict(schedule="daily"), "BadRequest"),
        (dict(schedule="I|1760034600|PT1H"), "BadRequest"),
        (dict(retention=7), "BadRequest"),
        (dict(plan_name="x" * 65), "BadRequest"),
    ]
    for fields, code in refused:
        check(f"create with {fields}", api.error("create_backup_plan", **{**wanted, **fields})[0][1], code)
    check("none of these made a plan", plans(api).total_count, 2)
    paused = api("create_backup_plan", source_type="ECS_FILE", edition="BASIC", instance_id="i-bad", disabled=True)
    check("born paused", plan(api, paused.plan_id).disabled, True)
    standard = api.error("create_backup_plan", source_type="ECS_FILE", instance_id="i-web")[0]
    check("the other edition wants a vault", standard[1], "BadRequest")
    return body.plan_id, other.plan_id, paused.plan_id


def listing():
    api = hbr_api()
    first = plans(api, page_size=2, page_number=1)
    second = plans(api, page_size=2, page_number=2)
    check("pages", (first.total_count, first.page_size, first.page_number, second.page_number), (3, 2, 1, 2))
    ids = [entry.plan_id for page in (first, second) for entry in page.backup_plans.backup_plan]
    check("each once", (len(ids), len(set(ids))), (3, 3))
    check("beyond the end", plans(api, page_number=9).backup_plans.backup_plan, [])
    check("without a size", (plans(api).page_size, plans(api).page_number), (10, 1))
    for fields in (dict(page_size=100), dict(page_size=0), dict(page_number=0)):
        check(f"listing with {fields}", api.error("describe_backup_plans", edition="BASIC", **fields)[0], (400, "BadRequest"))
    check("99 on a page", plans(api, page_size=99).total_count, 3)
    check("by instance", len(plans(api, filters=plan_filter("instanceId", "i-web", "i-db", "i-x01")).backup_plans.backup_plan), 2)
    both = plan_filter("instanceId", "i-web", "i-db") + plan_filter("planId", ids[0])
    check("all filters at once", len(plans(api, filters=both).backup_plans.backup_plan), 1)
    check("upper case", plans(api, filters=plan_filter("InstanceId", "i-web")).total_count, 1)
    check("unknown key", api.error("describe_backup_plans", edition="BASIC", filters=plan_filter("colour", "red"))[0][1], "BadRequest")
    check("the other edition", plans(api, edition="STANDARD").total_count, 0)
    check("no edition is the other one", api("describe_backup_plans", source_type="ECS_FILE").total_count, 0)
    check("another source", plans(api, source_type="NAS").total_count, 0)
    check("another region", plans(hbr_api(), filters=plan_filter("regionId", "cn-shanghai")).total_count, 0)


def changing(plan_id):
    api = hbr_api()
    before = plan(api, plan_id)
    advance("1m")
    envelope("update", api("update_backup_plan", plan_id=plan_id, edition="BASIC", schedule="I|1760038200|P1D"))
    after = plan(api, plan_id)
    check("only the schedule", (after.schedule, after.options, after.keep_latest_snapshots),
          ("I|1760038200|P1D", before.options, before.keep_latest_snapshots))
    check("the time of change", after.updated_time - before.updated_time, 60)
    api("update_backup_plan", plan_id=plan_id, edition="BASIC", keep_latest_snapshots=0)
    api("update_backup_plan", plan_id=plan_id, edition="BASIC", options='{"performanceLevel":"L0"}')
    after = plan(api, plan_id)
    check("all three", (after.schedule, after.keep_latest_snapshots, json.loads(after.options)),
          ("I|1760038200|P1D", 0, {"performanceLevel": "L0"}))
    api("update_backup_plan", plan_id=plan_id, edition="BASIC", keep_latest_snapshots=1)
    for fields in (dict(schedule="I|x|P1D"), dict(keep_latest_snapshots=5), dict(options="[]"), dict(retention=1)):
        check(f"update with {fields}", api.error("update_backup_plan", plan_id=plan_id, edition="BASIC", **fields)[0][1], "BadRequest")
    check("an unknown plan", api.error("update_backup_plan", plan_id="plan-none", edition="BASIC")[0], (404, "ResourceNotFound"))
    check("no plan", api.error("update_backup_plan", edition="BASIC")[0], (400, "MissingPlanId"))
    check("in the other edition", api.error("update_backup_plan", plan_id=plan_id)[0], (404, "ResourceNotFound"))
    for _ in range(2):
        envelope("pause", api("disable_backup_plan", plan_id=plan_id, edition="BASIC"))
        check("paused", plan(api, plan_id).disabled, True)
    for _ in range(2):
        envelope("resume", api("enable_backup_plan", plan_id=plan_id, edition="BASIC"))
        check("resumed", plan(api, plan_id).disabled, False)
    for operation in ("disable_backup_plan", "enable_backup_plan"):
        check(operation, api.error(operation, plan_id="plan-none", edition="BASIC")[0], (404, "ResourceNotFound"))


def installing():
    api = hbr_api()
    client = lambda: api("describe_backup_clients", client_type="ECS_CLIENT", instance_ids=["i-web"]).clients
    check("the client is installed", [entry.status for entry in client()] in (["INSTALLING"], ["ACTIVATED"], ["REGISTERED"]))
    advance("10m")
    check("the client is there", [(entry.instance_id, entry.status, entry.arch_type) for entry in client()], [("i-web", "ACTIVATED", "amd64")])
    check("protected", client()[0].backup_status, "PROTECTED")
    check("nobody else's", api("describe_backup_clients", client_type="ECS_CLIENT", instance_ids=["i-x01"]).total_count, 0)
    check("by client id", api("describe_backup_clients", client_type="ECS_CLIENT", client_ids=[client()[0].client_id]).total_count, 1)
    check("no type", api.error("describe_backup_clients", instance_ids=["i-web"])[0], (400, "MissingClientType"))
    check("an unknown type", api.error("describe_backup_clients", client_type="X")[0][0], 400)
    tag = [hbr.DescribeBackupClientsRequestTag(key="env", value="prod")]
    check("by tag", api("describe_backup_clients", client_type="ECS_CLIENT", tag=tag).total_count, 1)


def running(plan_id):
    api = hbr_api()
    check("nothing has run", jobs(api, filters=[job_filter("PlanId", "EQUAL", plan_id)]).total_count, 0)
    body = api("execute_backup_plan", plan_id=plan_id, edition="BASIC", source_type="ECS_FILE")
    envelope("run", body)
    job = lambda: jobs(api, filters=[job_filter("JobId", None, body.job_id)]).backup_jobs.backup_job[0]
    check("it begins", job().status in ("CREATED", "QUEUED", "RUNNING"))
    advance("30m")
    advance("12h")
    done = job()
    check("it ends", (done.status, done.progress, done.plan_id, done.instance_id), ("COMPLETE", 10000, plan_id, "i-web"))
    check("its times", done.created_time <= done.start_time <= done.complete_time)
    check("its sizes", (done.bytes_total > 0, done.bytes_done), (True, done.bytes_total))
    latest = plan(api, plan_id)
    check("the plan knows it", latest.latest_finish_job_id, body.job_id)
    check("an unknown plan", api.error("execute_backup_plan", plan_id="plan-none", edition="BASIC")[0], (404, "ResourceNotFound"))
    second = api("execute_backup_plan", plan_id=plan_id, edition="BASIC").job_id
    envelope("stop", api("cancel_backup_job", job_id=second, edition="BASIC"))
    advance("10m")
    stopped = jobs(api, filters=[job_filter("jobId", "IN", second)]).backup_jobs.backup_job[0]
    check("stopped", stopped.status, "CANCELED")
    check("an unknown job", api.error("cancel_backup_job", job_id="job-none", edition="BASIC")[0], (404, "ResourceNotFound"))
    return done


def scheduled(plan_id, bad_plan):
    api = hbr_api()
    before = snapshots(api, "i-web").total_count
    api("enable_backup_plan", plan_id=bad_plan, edition="BASIC")
    for _ in range(3):
        advance("1d")
    check("one a day", snapshots(api, "i-web").total_count - before, 3)
    body = jobs(api, filters=[job_filter("planId", "EQUAL", plan_id)], page_size=99)
    created = [entry.created_time for entry in body.backup_jobs.backup_job]
    check("newest first", created, sorted(created, reverse=True))
    up = jobs(api, filters=[job_filter("planId", "EQUAL", plan_id)], sort_direction="ASCEND", page_size=99)
    check("oldest first", [entry.created_time for entry in up.backup_jobs.backup_job], sorted(created))
    middle = sorted(created)[len(created) // 2]
    count = lambda *conditions: jobs(api, filters=[job_filter("PlanId", "EQUAL", plan_id), *conditions]).total_count
    check("later", count(job_filter("CreatedTime", "GREATER_THAN", middle)), sum(time > middle for time in created))
    check("not later", count(job_filter("CreatedTime", "LESS_THAN_OR_EQUAL", middle)), sum(time <= middle for time in created))
    check("between", count(job_filter("CreatedTime", "BETWEEN", created[-1], created[0])), len(created))
    check("by status", count(job_filter("Status", "NOT_EQUAL", "COMPLETE")), 1)
    wrong = [job_filter("CompleteTime", "IN", 1), job_filter("Status", "LIKE", "x"), job_filter("Colour", "EQUAL", "red")]
    for condition in wrong:
        check(f"by {condition.key} {condition.operator}", api.error("describe_backup_jobs_2", edition="BASIC", filters=[condition])[0][1], "BadRequest")
    failed = jobs(api, filters=[job_filter("PlanId", "EQUAL", bad_plan)]).backup_jobs.backup_job[0]
    check("a failure is told by its job", (failed.status, failed.error_message), ("FAILED", "DISK_FULL"))
    check("the other edition has none", jobs(api, edition="STANDARD").total_count, 0)


def points():
    api = hbr_api()
    body = snapshots(api, "i-web", limit=2)
    check("some", (len(body.snapshots.snapshot), body.limit, bool(body.next_token)), (2, 2, True))
    seen, token = [entry.snapshot_id for entry in body.snapshots.snapshot], body.next_token
    while token:
        body = snapshots(api, "i-web", limit=2, next_token=token)
        seen += [entry.snapshot_id for entry in body.snapshots.snapshot]
        token = body.next_token
    check("each once", (len(seen), len(set(seen))), (body.total_count, body.total_count))
    none = snapshots(api, "i-web", limit=0)
    check("only counted", (none.total_count, len(none.snapshots.snapshot)), (body.total_count, 0))
    down = snapshots(api, "i-web", order="DESC", sort_by="CreatedTime", limit=100).snapshots.snapshot
    check("newest first", [entry.created_time for entry in down], sorted((entry.created_time for entry in down), reverse=True))
    newest = down[0]
    check("a point", (newest.status, newest.source_type, newest.instance_id, newest.retention), ("COMPLETE", "ECS_FILE", "i-web", 30))
    check("what it protects", newest.protected_data_size, 140 * GIB)
    check("when it goes", newest.expire_time - newest.created_time >= 30 * DAY)
    check("upper case", snapshots(api, "i-web", field="InstanceId").total_count, len(down))
    query = [{"field": "instanceId", "value": "i-web", "operation": "MATCH_TERM"},
             {"field": "CompleteTime", "value": [newest.complete_time, newest.complete_time], "operation": "BETWEEN"}]
    body = api("search_historical_snapshots", edition="BASIC", source_type="ECS_FILE", query=query)
    check("by time", [entry.snapshot_id for entry in body.snapshots.snapshot], [newest.snapshot_id])
    check("no query", api.error("search_historical_snapshots", edition="BASIC", source_type="ECS_FILE")[0], (400, "MissingQuery"))
    check("of no instance", api.error("search_historical_snapshots", edition="BASIC", source_type="ECS_FILE", query=[])[0][1], "BadRequest")
    return newest


def statistics():
    body = hbr_api()("get_basic_statistics", source_type="ECS_FILE")
    envelope("statistics", body)
    check("in all", (body.global_statistics.protected_data_size, body.global_statistics.protected_resource_count), (180 * GIB, 2))
    check("by region", [(entry.region_id, entry.protected_data_size) for entry in body.region_statistics], [("cn-hangzhou", 180 * GIB)])
    check("no source", hbr_api().error("get_basic_statistics")[0], (400, "MissingSourceType"))
    check("another source", hbr_api().error("get_basic_statistics", source_type="NAS")[0][0], 400)
    check("vaults", [entry.vault_id for entry in hbr_api()("describe_vaults").vaults.vault], ["v-standard"])
    check("a vault that is not there", hbr_api()("describe_vaults", vault_id="v-none").total_count, 0)


def restoring(point):
    api = hbr_api()
    wanted = dict(restore_type="ECS_FILE", source_type="ECS_FILE", edition="BASIC", vault_id=point.vault_id,
                  snapshot_id=point.snapshot_id, snapshot_hash=point.snapshot_hash, target_instance_id="i-db",
                  target_path="/tmp", include=json.dumps(["/home/data"]), options=json.dumps({"ConflictPolicy": "SKIP_THE_FILE"}))
    def find(restore_id):
        filters = [hbr.DescribeRestoreJobs2RequestFilters(key="restoreId", values=[restore_id])]
        return api("describe_restore_jobs_2", edition="BASIC", restore_type="ECS_FILE", filters=filters).restore_jobs.restore_job[0]
    body = api("create_restore_job", **wanted)
    envelope("restore", body)
    check("the id", body.restore_id.startswith("r-"))
    check("under way", find(body.restore_id).status in ("CREATED", "QUEUED", "RUNNING"))
    advance("12h")
    done = find(body.restore_id)
    check("done", (done.status, done.progress, done.target_instance_id, done.target_path, done.snapshot_id),
          ("COMPLETE", 10000, "i-db", "/tmp", point.snapshot_id))
    again = api("create_restore_job", **wanted)
    check("not idempotent by itself", again.restore_id != body.restore_id)
    help_page = api("create_restore_job", **{**wanted, "options": '{"includes":[],"conflictPolicy":"OVERWRITE_EXISTING"}'})
    check("the other spelling of the policy", help_page.restore_id.startswith("r-"))
    nowhere = api("create_restore_job", **{**wanted, "target_path": "/not/there"}).restore_id
    advance("12h")
    failed = find(nowhere)
    check("a target that is not there", (failed.status, failed.error_message), ("FAILED", "TARGET_NOT_EXIST"))
    refused = [
        (dict(restore_type=None), "MissingRestoreType"),
        (dict(source_type=None), "MissingSourceType"),
        (dict(options='{"ConflictPolicy":"MAYBE"}'), "BadRequest"),
        (dict(options="x"), "BadRequest"),
        (dict(include="/home"), "InvalidParameter.Include"),
        (dict(include=json.dumps(["/" + "x" * 300])), "BadRequest"),
        (dict(snapshot_id="s-none"), "ResourceNotFound"),
        (dict(snapshot_hash="none"), "ResourceNotFound"),
        (dict(target_instance_id=None), "BadRequest"),
        (dict(target_path=None), "BadRequest"),
    ]
    for fields, code in refused:
        check(f"restore with {fields}", api.error("create_restore_job", **{**wanted, **fields})[0][1], code)
    stopped = api("create_restore_job", **wanted).restore_id
    envelope("stop", api("cancel_restore_job", restore_id=stopped, edition="BASIC"))
    advance("10m")
    check("stopped", find(stopped).status, "CANCELED")
    body = api("describe_restore_jobs_2", edition="BASIC", restore_type="ECS_FILE", page_size=2)
    check("restores in pages", (body.total_count, len(body.restore_jobs.restore_job)), (5, 2))
    check("no type of restore", api.error("describe_restore_jobs_2", edition="BASIC")[0], (400, "MissingRestoreType"))


def trouble():
    api = hbr_api()
    faults("DescribeBackupPlans:throttle:times=1,seconds=2.5")
    try:
        plans(api)
        check("throttled", "not")
    except Exception as error:
        check("throttled", (error.code, getattr(error, "retry_after", None)), ("Throttling.User", 2500))
    check("once", plans(api).total_count, 3)
    for fault, expected in (("internal", (500, "InternalError")), ("unavailable", (503, "ServiceUnavailable"))):
        faults(f"DescribeVaults:{fault}:times=1")
        check(fault, api.error("describe_vaults")[0], expected)
    faults("DescribeVaults:unsuccessful:times=1")
    check("a failure at HTTP 200", api("describe_vaults").success, False)
    faults("DescribeVaults:skew:seconds=1200")
    check("a clock 20 minutes off", api.error("describe_vaults")[0], (400, "InvalidTimeStamp.Expired"))
    faults("DescribeVaults:skew:seconds=840")
    check("a clock 14 minutes off", api("describe_vaults").success, True)
    faults()
    from alibabacloud_tea_openapi import utils as sdk_utils
    kept = sdk_utils.Utils.get_nonce
    try:
        sdk_utils.Utils.get_nonce = staticmethod(lambda: "0123456789abcdef0123456789abcdef")
        check("a nonce", api("describe_vaults").success, True)
        check("the same again", api.error("describe_vaults")[0], (400, "SignatureNonceUsed"))
    finally:
        sdk_utils.Utils.get_nonce = kept
    check("what is not imitated", api.error("create_policy_v2")[0], (501, "Emulator.NotImplemented"))


def old_signature():
    api = hbr_api(algorithm="v2")
    check("plans", plans(api, filters=plan_filter("instanceId", "i-web", "i-db")).total_count, 2)
    check("jobs", jobs(api).total_count > 3)
    found = plans(api, filters=plan_filter("instanceId", "i-db")).backup_plans.backup_plan[0]
    api("update_backup_plan", plan_id=found.plan_id, edition="BASIC", options='{"performanceLevel":"L1"}')
    check("a change in the body", json.loads(plan(api, found.plan_id).options), {"performanceLevel": "L1"})
    check("ECS", len(ecs_api(algorithm="v2")("describe_instances", region_id="cn-hangzhou", max_results=100).instances.instance), 13)
    check("no permission", hbr_api(READER, algorithm="v2").error("describe_vaults")[0], (403, "NoPermission"))


def older_library():
    """The library that signs as Terraform's provider does, where it is installed."""
    try:
        from aliyunsdkcore.acs_exception.exceptions import ServerException
        from aliyunsdkcore.client import AcsClient
        from aliyunsdkcore.request import CommonRequest
    except ImportError:
        print("the older core library is not there: its checks are left out")
        return
    client = AcsClient(*ROOT, "cn-hangzhou")
    def call(action, method="POST", version="2017-09-08", in_body=False, **fields):
        request = CommonRequest(domain=HOST, version=version, action_name=action)
        request.set_protocol_type("http")
        request.set_method(method)
        for name, value in fields.items():
            name = name.replace("__", ".")
            request.add_body_params(name, value) if in_body else request.add_query_param(name, value)
        try:
            return json.loads(client.do_action_with_exception(request))
        except ServerException as error:
            return error.get_error_code()
    where = dict(Edition="BASIC", SourceType="ECS_FILE", Filters__1__Key="instanceId", Filters__1__Values__1="i-web")
    for method, in_body in (("GET", False), ("POST", False), ("POST", True)):
        answer = call("DescribeBackupPlans", method=method, in_body=in_body, **where)
        check(f"{method}, {in_body}", answer["TotalCount"], 1)
    check("who calls", call("GetCallerIdentity", method="GET", version="2015-04-01")["IdentityType"], "Account")
    check("GET where only POST is allowed", call("CreateBackupPlan", method="GET", Edition="BASIC", SourceType="ECS_FILE", InstanceId="i-x01"),
          "UnsupportedHTTPMethod")
    token = dict(Edition="BASIC", SourceType="ECS_FILE", RestoreType="ECS_FILE", TargetInstanceId="i-db", TargetPath="/tmp", ClientToken="550e8400-e29b")
    point = snapshots(hbr_api(), "i-web", limit=1).snapshots.snapshot[0]
    token.update(VaultId=point.vault_id, SnapshotId=point.snapshot_id, SnapshotHash=point.snapshot_hash, Options='{"ConflictPolicy":"SKIP_THE_FILE"}')
    first, second = (call("CreateRestoreJob", in_body=in_body, **token) for in_body in (False, True))
    check("a client token makes it one", first["RestoreId"], second["RestoreId"])


def credentials_library():
    """Keys by way of the vendor's credentials library, which the SDKs take in place of a key."""
    fixed = Credential(CredentialConfig(type="access_key", access_key_id=USER[0], access_key_secret=USER[1]))
    client = StsClient(utils_models.Config(credential=fixed, endpoint=HOST, protocol="http", region_id="cn-hangzhou"))
    check("a key", Api(client, sts)("get_caller_identity").identity_type, "RAMUser")
    body = sts_api(USER)("assume_role", role_arn=ARN + "backup", role_session_name="me")
    key = body.credentials
    temporary = Credential(CredentialConfig(type="sts", access_key_id=key.access_key_id, access_key_secret=key.access_key_secret,
                                            security_token=key.security_token))
    client = HbrClient(utils_models.Config(credential=temporary, endpoint=HOST, protocol="http", region_id="cn-hangzhou"))
    check("a temporary key", plans(Api(client, hbr)).total_count, 3)


def ending(*plan_ids):
    api = hbr_api()
    before = snapshots(api, "i-web").total_count
    check("there is something to lose", before > 0)
    api("disable_backup_plan", plan_id=plan_ids[0], edition="BASIC")
    advance("1d")
    check("a pause keeps what is there", snapshots(api, "i-web").total_count, before)
    api("enable_backup_plan", plan_id=plan_ids[0], edition="BASIC")
    job = api("execute_backup_plan", plan_id=plan_ids[0], edition="BASIC").job_id
    refused = api.error("delete_backup_plan", plan_id=plan_ids[0], edition="BASIC", require_no_running_jobs=True)[0]
    check("not while a job runs", refused, (400, "BadRequest"))
    check("the job", job.startswith("job-"))
    check("in the other edition", api.error("delete_backup_plan", plan_id=plan_ids[0])[0], (404, "ResourceNotFound"))
    for plan_id in plan_ids:
        envelope("cancel", api("delete_backup_plan", plan_id=plan_id, edition="BASIC"))
    envelope("cancel again", api("delete_backup_plan", plan_id=plan_ids[0], edition="BASIC"))
    check("one that never was", api.error("delete_backup_plan", plan_id="plan-none", edition="BASIC")[0], (404, "ResourceNotFound"))
    check("no plans", plans(api).total_count, 0)
    check("no recovery points", snapshots(api, "i-web").total_count, 0)
    check("no clients", api("describe_backup_clients", client_type="ECS_CLIENT").total_count, 0)
    check("no charge", api("get_basic_statistics", source_type="ECS_FILE").global_statistics.protected_data_size, 0)


def main():
    who_calls()
    opening()
    roles()
    wrong_keys()
    permissions()
    eligibility()
    web, database, bad = creating()
    listing()
    changing(web)
    installing()
    running(web)
    scheduled(web, bad)
    point = points()
    statistics()
    restoring(point)
    trouble()
    old_signature()
    older_library()
    credentials_library()
    ending(web, database, bad)
    print(f"checks: {counts['run']} run, {counts['passed']} passed")
    sys.exit(0 if counts["run"] == counts["passed"] else 1)


main()

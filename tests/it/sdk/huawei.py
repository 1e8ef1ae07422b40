"""Drives the emulator through the whole life of vaults and backups with the vendor's own SDKs, unchanged.

Arguments: the emulator's address, as `http://127.0.0.1:PORT`. It must serve `fleet:12` and know the key `AK:SK`.
Prints each check that failed, and at the end how many there were. Exit code 1 where one failed, 3 where the SDKs are not there.
"""

import json
import sys
import time
import urllib.request

try:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
    from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
    from huaweicloudsdkcore.http.http_config import HttpConfig
    from huaweicloudsdkcore.region.region import Region
    import huaweicloudsdkbss.v2 as bss
    import huaweicloudsdkcbr.v1 as cbr
    import huaweicloudsdkecs.v2 as ecs
    import huaweicloudsdkevs.v2 as evs
    import huaweicloudsdkiam.v3 as iam
    import huaweicloudsdksfsturbo.v1 as sfsturbo
    import huaweicloudsdkworkspace.v2 as workspace
except ImportError as missing:
    print(f"not there: {missing}")
    sys.exit(3)

URL = sys.argv[1]
ACCESS_KEY, SECRET_KEY = "AK", "SK"
DOMAIN = "d0000000000000000000000000000001"
PROJECT = "0123456789abcdef0123456789abcdef"

counts = {"run": 0, "passed": 0}


def check(what, found, expected):
    counts["run"] += 1
    if found == expected:
        counts["passed"] += 1
    else:
        print(f"FAILED {what}: {found!r} instead of {expected!r}")


def refused(what, status, code, call):
    """One refusal, with its HTTP status and the vendor's code."""
    try:
        call()
        found = "no refusal"
    except ServiceResponseException as error:
        found = (error.status_code, error.error_code, bool(error.request_id))
    check(what, found, (status, code, True))


def built(client, credentials):
    return client.new_builder().with_http_config(HttpConfig(timeout=30)).with_credentials(credentials).with_endpoint(URL).build()


def basic(access_key=ACCESS_KEY, secret_key=SECRET_KEY, token=None):
    credentials = BasicCredentials(access_key, secret_key, PROJECT)
    return credentials.with_security_token(token) if token else credentials


def control(path, body):
    """What no cloud lets its callers do: turning the clock."""
    request = urllib.request.Request(f"{URL}/_emulator/{path}", data=json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def advance(duration):
    control("clock", {"advance": duration})


def until(what, call, expected, attempts=100):
    """Polls until something has become what it should."""
    for _ in range(attempts):
        found = call()
        if found == expected:
            break
        time.sleep(0.1)
    check(what, found, expected)


CBR = built(cbr.CbrClient, basic())


def billing(**changes):
    fields = dict(cloud_type="public", consistent_level="crash_consistent", object_type="server",
                  protect_type="backup", size=400, charging_mode="post_paid")
    return cbr.BillingCreate(**{**fields, **changes})


def create_vault(name, resources=(), billing_changes=None, **more):
    vault = cbr.VaultCreate(name=name, billing=billing(**(billing_changes or {})), resources=list(resources), **more)
    return CBR.create_vault(cbr.CreateVaultRequest(body=cbr.VaultCreateReq(vault=vault)))


def show_vault(vault):
    return CBR.show_vault(cbr.ShowVaultRequest(vault_id=vault)).vault


def list_vaults(**filters):
    return CBR.list_vault(cbr.ListVaultRequest(**filters))


def resource(id, type="OS::Nova::Server", **extra):
    return cbr.ResourceCreate(id=id, type=type, **extra)


def backups(**filters):
    return CBR.list_backups(cbr.ListBackupsRequest(**filters)).backups


def iam_side():
    client = built(iam.IamClient, GlobalCredentials(ACCESS_KEY, SECRET_KEY, DOMAIN))
    found = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name="cn-north-4")).projects
    check("the project of a region", [project.id for project in found], [PROJECT])
    domains = client.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    check("the domain", domains[0].id, DOMAIN)
    identity = iam.TokenAuthIdentity(methods=["token"], token=iam.IdentityToken(duration_seconds=900))
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(auth=iam.TokenAuth(identity=identity))
    answer = client.create_temporary_access_key_by_token(iam.CreateTemporaryAccessKeyByTokenRequest(body=body))
    key = answer.credential
    temporary = built(cbr.CbrClient, basic(key.access, key.secret, key.securitytoken))
    check("a temporary key works", temporary.list_vault(cbr.ListVaultRequest()).count, 0)
    without = built(cbr.CbrClient, basic(key.access, key.secret))
    refused("a temporary key without its token", 401, "APIGW.0301", lambda: without.list_vault(cbr.ListVaultRequest()))
    wrong = built(cbr.CbrClient, basic(ACCESS_KEY, "wrong"))
    refused("a wrong secret", 401, "APIGW.0301", lambda: wrong.list_vault(cbr.ListVaultRequest()))
    nobody = built(cbr.CbrClient, basic("NOBODY", "x"))
    refused("an unknown key", 401, "APIGW.0301", lambda: nobody.list_vault(cbr.ListVaultRequest()))


def found_by_region():
    """A client that is told no project finds it by its region's name, through IAM at the same address."""
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY).with_iam_endpoint(URL)
    builder = cbr.CbrClient.new_builder().with_credentials(credentials).with_region(Region("cn-north-4", URL))
    check("a client that is told no project", builder.build().list_vault(cbr.ListVaultRequest()).count, 0)
    check("the project it has found", credentials.project_id, PROJECT)


def estate():
    client = built(ecs.EcsClient, basic())
    first = client.list_servers_details(ecs.ListServersDetailsRequest(limit=5))
    check("servers, first page", (len(first.servers), first.count), (5, 12))
    third = client.list_servers_details(ecs.ListServersDetailsRequest(limit=5, offset=3))
    check("servers, third page", [server.name for server in third.servers], ["fleet-000011", "fleet-000012"])
    server = client.show_server(ecs.ShowServerRequest(server_id=first.servers[2].id)).server
    check("a server's disks", len(server.os_extended_volumesvolumes_attached), 2)
    refused("an unknown server", 404, "Ecs.0114", lambda: client.show_server(ecs.ShowServerRequest(server_id="x")))
    volumes = built(evs.EvsClient, basic())
    check("disks", volumes.list_volumes(evs.ListVolumesRequest(limit=1000)).count, 12 + 4 + 5)
    attached = volumes.list_volumes(evs.ListVolumesRequest(server_id=server.id)).volumes
    check("disks of a server", [(volume.size, volume.bootable) for volume in attached], [(40, "true"), (100, "false")])
    ids = "['{}','{}']".format(attached[0].id, attached[1].id)
    check("disks by ids", len(volumes.list_volumes(evs.ListVolumesRequest(ids=ids)).volumes), 2)
    shares = built(sfsturbo.SFSTurboClient, basic()).list_shares(sfsturbo.ListSharesRequest(limit=3))
    check("file systems", (len(shares.shares), shares.count, shares.shares[0].size), (3, 5, "500.00"))
    desktops = built(workspace.WorkspaceClient, basic()).list_desktops_detail(workspace.ListDesktopsDetailRequest())
    check("desktops", (desktops.total_count, desktops.desktops[0].status), (5, "ACTIVE"))
    everything = client.list_servers_details(ecs.ListServersDetailsRequest(limit=1000)).servers
    loose = [volume for volume in volumes.list_volumes(evs.ListVolumesRequest()).volumes if not volume.attachments]
    return [server.id for server in everything], [volume.id for volume in loose], shares.shares, desktops.desktops


def policies():
    trigger = cbr.PolicyTriggerReq(properties=cbr.PolicyTriggerPropertiesReq(
        pattern=["FREQ=DAILY;INTERVAL=1;BYHOUR=02;BYMINUTE=00"]))
    definition = cbr.PolicyoODCreate(max_backups=2)
    create = cbr.PolicyCreate(name="daily", operation_type="backup", enabled=True, operation_definition=definition, trigger=trigger)
    policy = CBR.create_policy(cbr.CreatePolicyRequest(body=cbr.PolicyCreateReq(policy=create))).policy
    check("a policy keeps what it was given", (policy.name, policy.operation_definition.max_backups), ("daily", 2))
    check("a policy has a trigger", (policy.trigger.type, policy.trigger.properties.pattern),
          ("time", ["FREQ=DAILY;INTERVAL=1;BYHOUR=02;BYMINUTE=00"]))
    close = cbr.PolicyTriggerReq(properties=cbr.PolicyTriggerPropertiesReq(
        pattern=["FREQ=DAILY;BYHOUR=02;BYMINUTE=00", "FREQ=DAILY;BYHOUR=02;BYMINUTE=30"]))
    twice = cbr.PolicyCreate(name="twice", operation_type="backup", operation_definition=definition, trigger=close)
    refused("two runs within the hour", 400, "BackupService.9900",
            lambda: CBR.create_policy(cbr.CreatePolicyRequest(body=cbr.PolicyCreateReq(policy=twice))))
    update = cbr.PolicyUpdate(name="every-night", operation_definition=cbr.PolicyoODCreate(max_backups=3, day_backups=1, timezone="UTC+08:00"))
    changed = CBR.update_policy(cbr.UpdatePolicyRequest(policy_id=policy.id, body=cbr.PolicyUpdateReq(policy=update))).policy
    check("a policy is changed in place", (changed.id, changed.name, changed.operation_definition.day_backups), (policy.id, "every-night", 1))
    check("policies are listed", [p.id for p in CBR.list_policies(cbr.ListPoliciesRequest(operation_type="backup")).policies], [policy.id])
    check("a policy is shown", CBR.show_policy(cbr.ShowPolicyRequest(policy_id=policy.id)).policy.name, "every-night")
    refused("an unknown policy", 404, "BackupService.6000", lambda: CBR.show_policy(cbr.ShowPolicyRequest(policy_id="x")))
    return policy.id


def vaults(servers, policy):
    answer = create_vault("vault-main", [resource(servers[0])], tags=[cbr.Tag(key="env", value="prod")],
                          description="made by the SDK", backup_policy_id=policy)
    vault = answer.vault
    check("a vault is made", (vault.name, vault.billing.status, vault.billing.allocated, vault.billing.charging_mode),
          ("vault-main", "available", 40, "post_paid"))
    check("its resource is there", [(r.id, r.size, r.protect_status) for r in vault.resources], [(servers[0], 40, "available")])
    create_vault("vault-2")
    create_vault("vault-3")
    page = list_vaults(limit=2, offset=1)
    check("vaults, by pages", ([v.name for v in page.vaults], page.count), (["vault-2", "vault-3"], 3))
    check("vaults, by name", [v.name for v in list_vaults(name="vault-2").vaults], ["vault-2"])
    check("vaults, by resource", [v.id for v in list_vaults(resource_ids=servers[0]).vaults], [vault.id])
    check("vaults, by policy", [v.id for v in list_vaults(policy_id=policy).vaults], [vault.id])
    refused("a page that is too large", 400, "BackupService.9900", lambda: list_vaults(limit=1001))
    refused("a name with a blank", 400, "BackupService.9900", lambda: create_vault("a b"))
    refused("a vault that is too small", 400, "BackupService.6101", lambda: create_vault("small", billing_changes={"size": 9}))
    refused("app consistency of disks", 400, "BackupService.9900",
            lambda: create_vault("x", billing_changes={"object_type": "disk", "consistent_level": "app_consistent"}))
    refused("replication of disks", 400, "BackupService.9900",
            lambda: create_vault("x", billing_changes={"object_type": "disk", "protect_type": "replication"}))
    refused("a server twice", 400, "BackupService.6103", lambda: create_vault("x", [resource(servers[0])]))
    refused("more than fits", 400, "BackupService.6107", lambda: create_vault("x", [resource(servers[2])], {"size": 100}))
    refused("the wrong kind", 400, "BackupService.6102", lambda: create_vault("x", [resource(servers[1], "OS::Cinder::Volume")]))
    refused("an unknown server", 404, "BackupService.7100", lambda: create_vault("x", [resource("x")]))
    refused("an unknown vault", 404, "BackupService.6105", lambda: show_vault("x"))
    rules = cbr.VaultBindRules(tags=[cbr.BindRulesTags(key="backup", value="yes")])
    update = cbr.VaultUpdate(name="vault-renamed", auto_bind=True, bind_rules=rules, threshold=90, smn_notify=False,
                             billing=cbr.BillingUpdate(size=500))
    changed = CBR.update_vault(cbr.UpdateVaultRequest(vault_id=vault.id, body=cbr.VaultUpdateReq(vault=update))).vault
    check("a vault is changed in place", (changed.name, changed.billing.size, changed.threshold, changed.smn_notify),
          ("vault-renamed", 500, 90, False))
    check("its rules of association", [(t.key, t.value) for t in changed.bind_rules.tags], [("backup", "yes")])
    shrink = cbr.VaultUpdate(billing=cbr.BillingUpdate(size=10))
    refused("smaller than what is in it", 400, "BackupService.6107",
            lambda: CBR.update_vault(cbr.UpdateVaultRequest(vault_id=vault.id, body=cbr.VaultUpdateReq(vault=shrink))))
    check("the summary", CBR.show_summary(cbr.ShowSummaryRequest()).size, 500 + 400 + 400)
    return vault.id


def kinds(volumes, shares, desktops):
    """All six types."""
    made = [
        create_vault("disks", [resource(volumes[0], "OS::Cinder::Volume")], {"object_type": "disk"}),
        create_vault("turbo", [resource(shares[0].id, "OS::Sfs::Turbo")], {"object_type": "turbo", "size": 1000}),
        create_vault("desktops", [resource(desktops[0].desktop_id, "OS::Workspace::DesktopV2")], {"object_type": "workspace"}),
        create_vault("hybrid", (), {"object_type": "vmware", "cloud_type": "hybrid"}),
        create_vault("files", (), {"object_type": "file", "cloud_type": "hybrid"}),
        create_vault("apps", (), {"consistent_level": "app_consistent", "is_multi_az": True}),
    ]
    check("all types of vaults", [v.vault.billing.object_type for v in made],
          ["disk", "turbo", "workspace", "vmware", "file", "server"])
    check("codes of products", [v.vault.billing.spec_code for v in made][:2] + [made[5].vault.billing.spec_code],
          ["vault.backup.volume.normal", "vault.backup.turbo.normal", "vault.backup.database.normal"])
    refused("resources of a hybrid vault", 400, "BackupService.6108",
            lambda: add(made[3].vault.id, [resource(volumes[1], "OS::Cinder::Volume")]))
    for vault in made:
        delete_vault(vault.vault.id)


def add(vault, resources):
    body = cbr.VaultAddResourceReq(resources=resources)
    return CBR.add_vault_resource(cbr.AddVaultResourceRequest(vault_id=vault, body=body)).add_resource_ids


def remove(vault, ids):
    body = cbr.VaultRemoveResourceReq(resource_ids=ids)
    return CBR.remove_vault_resource(cbr.RemoveVaultResourceRequest(vault_id=vault, body=body)).remove_resource_ids


def delete_vault(vault):
    CBR.delete_vault(cbr.DeleteVaultRequest(vault_id=vault))

    def state():
        try:
            return show_vault(vault).billing.status
        except ServiceResponseException as error:
            return error.error_code

    until("a deleted vault is gone in the end", state, "BackupService.6105")


def tags(vault):
    def of_vault():
        return {t.key: t.value for t in CBR.show_vault_tag(cbr.ShowVaultTagRequest(vault_id=vault)).tags}

    tag = cbr.VaultTagsCreateReq(tag=cbr.Tag(key="team", value="a"))
    CBR.create_vault_tags(cbr.CreateVaultTagsRequest(vault_id=vault, body=tag))
    check("a tag is added", of_vault(), {"env": "prod", "team": "a"})
    batch = cbr.BulkCreateAndDeleteVaultTagsReq(action="create", tags=[cbr.Tag(key="team", value="b"), cbr.Tag(key="k", value="")])
    CBR.batch_create_and_delete_vault_tags(cbr.BatchCreateAndDeleteVaultTagsRequest(vault_id=vault, body=batch))
    check("tags are added at once", of_vault(), {"env": "prod", "team": "b", "k": ""})
    batch = cbr.BulkCreateAndDeleteVaultTagsReq(action="delete", tags=[cbr.Tag(key="k", value=""), cbr.Tag(key="absent", value="")])
    CBR.batch_create_and_delete_vault_tags(cbr.BatchCreateAndDeleteVaultTagsRequest(vault_id=vault, body=batch))
    CBR.delete_vault_tag(cbr.DeleteVaultTagRequest(vault_id=vault, key="team"))
    check("tags are deleted", of_vault(), {"env": "prod"})
    refused("a tag that is not there", 404, "BackupService.6601",
            lambda: CBR.delete_vault_tag(cbr.DeleteVaultTagRequest(vault_id=vault, key="team/a")))
    project = CBR.show_vault_project_tag(cbr.ShowVaultProjectTagRequest()).tags
    check("tags of the project", [(t.key, t.values) for t in project], [("env", ["prod"])])
    search = cbr.VaultResourceInstancesReq(action="filter", limit="10", offset="0", tags=[cbr.TagsReq(key="env", values=["prod"])])
    found = CBR.show_vault_resource_instances(cbr.ShowVaultResourceInstancesRequest(body=search))
    check("vaults by tag", ([r.resource_id for r in found.resources], found.total_count), ([vault], 1))
    count = cbr.VaultResourceInstancesReq(action="count", without_any_tag=True)
    check("vaults without tags", CBR.show_vault_resource_instances(cbr.ShowVaultResourceInstancesRequest(body=count)).total_count, 2)


def checkpoint(vault, **parameters):
    body = cbr.VaultBackupReq(checkpoint=cbr.VaultBackup(vault_id=vault, parameters=cbr.CheckpointParam(**parameters)))
    return CBR.create_checkpoint(cbr.CreateCheckpointRequest(body=body)).checkpoint


def back_up(vault, servers):
    check("two more servers", add(vault, [resource(servers[1]), resource(servers[2])]), [servers[1], servers[2]])
    point = checkpoint(vault, name="before-upgrade", description="by hand", incremental=False, auto_trigger=False,
                       resource_details=[cbr.Resource(id=server, type="OS::Nova::Server") for server in servers[:2]])
    check("a checkpoint begins", (point.status, len(point.vault.resources), point.vault.skipped_resources), ("protecting", 2, []))
    again = checkpoint(vault, resources=[servers[0]])
    check("a busy server is skipped", [s.code for s in again.vault.skipped_resources], ["BackupService.0002"])
    refused("a vault whose servers are being backed up", 400, "BackupService.6203", lambda: CBR.delete_vault(cbr.DeleteVaultRequest(vault_id=vault)))
    refused("a server that is being backed up", 400, "BackupService.6125", lambda: remove(vault, [servers[0]]))
    until("a checkpoint ends", lambda: CBR.show_checkpoint(cbr.ShowCheckpointRequest(checkpoint_id=point.id)).checkpoint.status, "available")
    made = backups(checkpoint_id=point.id)
    check("names have numbers", sorted(b.name for b in made), ["before-upgrade-0001", "before-upgrade-0002"])
    check("backups by hand", {(b.status, b.extend_info.auto_trigger, b.expired_at, len(b.children)) for b in made}, {("available", False, None, 1)})
    refused("an unknown checkpoint", 404, "BackupService.6217", lambda: CBR.show_checkpoint(cbr.ShowCheckpointRequest(checkpoint_id="x")))
    refused("an unknown backup", 404, "BackupService.6200", lambda: CBR.show_backup(cbr.ShowBackupRequest(backup_id="x")))
    one = made[0]
    renamed = CBR.update_backup(cbr.UpdateBackupRequest(backup_id=one.id, body=cbr.BackupUpdateReq(backup=cbr.BackupUpdate(name="renamed"))))
    check("a backup gets another name", renamed.backup.name, "renamed")
    logs = CBR.list_op_logs(cbr.ListOpLogsRequest(operation_type="backup", status="success"))
    check("the tasks of both", (logs.count, {log.vault_id for log in logs.operation_logs}), (2, {vault}))
    usage = CBR.show_storage_usage(cbr.ShowStorageUsageRequest()).storage_usage
    check("what backups take", {u.backup_count for u in usage}, {1})
    member = {r.id: (r.backup_count, r.backup_size > 0) for r in show_vault(vault).resources}
    check("a vault counts the backups of its resources", (member[servers[0]], member[servers[2]]), ((1, True), (0, False)))
    return made


def restore(vault, servers, made):
    backup = next(b for b in made if b.resource_id == servers[0])
    volume = built(evs.EvsClient, basic()).list_volumes(evs.ListVolumesRequest(server_id=servers[0])).volumes[0].id
    mapping = cbr.BackupRestoreServerMapping(backup_id=backup.children[0].id, volume_id=volume)

    def begin(**fields):
        body = cbr.BackupRestoreReq(restore=cbr.BackupRestore(**fields))
        return CBR.restore_backup(cbr.RestoreBackupRequest(backup_id=backup.id, body=body))

    refused("a restoration without disks", 400, "BackupService.9900", lambda: begin(server_id=servers[0]))
    check("a restoration begins", begin(server_id=servers[0], mappings=[mapping], power_on=True).status_code, 202)
    refused("a second restoration", 400, "BackupService.2010", lambda: begin(server_id=servers[0], mappings=[mapping]))
    check("it is seen at the resource", {r.protect_status for r in show_vault(vault).resources if r.id == servers[0]}, {"restoring"})
    log = CBR.list_op_logs(cbr.ListOpLogsRequest(operation_type="restore", resource_id=servers[0])).operation_logs[0]
    until("a restoration ends", lambda: CBR.show_op_log(cbr.ShowOpLogRequest(operation_log_id=log.id)).operation_log.status, "success")
    check("its backup is available again", CBR.show_backup(cbr.ShowBackupRequest(backup_id=backup.id)).backup.status, "available")
    check("what it was like", CBR.show_metadata(cbr.ShowMetadataRequest(backup_id=backup.id)).backup_id, backup.id)


def share(made):
    backup = made[0].id
    other = "fedcba9876543210fedcba9876543210"
    members = CBR.add_member(cbr.AddMemberRequest(backup_id=backup, body=cbr.AddMembersReq(members=[other]))).members
    check("a backup is shared", [(m.dest_project_id, m.status) for m in members], [(other, "pending")])
    update = cbr.UpdateMember(status="accepted", vault_id="v")
    CBR.update_member_status(cbr.UpdateMemberStatusRequest(backup_id=backup, member_id=other, body=update))
    check("it is accepted", CBR.show_member_detail(cbr.ShowMemberDetailRequest(backup_id=backup, member_id=other)).member.status, "accepted")
    CBR.delete_member(cbr.DeleteMemberRequest(backup_id=backup, member_id=other))
    check("it is shared no more", CBR.show_members_detail(cbr.ShowMembersDetailRequest(backup_id=backup)).count, 0)


def migrate(vault, servers):
    other = list_vaults(name="vault-2").vaults[0].id
    body = cbr.VaultMigrateResourceReq(destination_vault_id=other, resource_ids=[servers[1]])
    moved = CBR.migrate_vault_resource(cbr.MigrateVaultResourceRequest(vault_id=vault, body=body)).migrated_resources
    check("a server moves", moved, [servers[1]])
    check("its backups move along", {b.vault_id for b in backups(resource_id=servers[1])}, {other})
    body = cbr.VaultSetResourceReq(resource_ids=[servers[1]], action="suspend")
    CBR.set_vault_resource(cbr.SetVaultResourceRequest(vault_id=other, body=body))
    check("it is left alone by policies", [r.auto_protect for r in show_vault(other).resources], [False])
    return other


def schedule(vault, policy, servers):
    set_policy = cbr.VaultAssociate(policy_id=policy)
    answer = CBR.associate_vault_policy(cbr.AssociateVaultPolicyRequest(vault_id=vault, body=set_policy))
    check("a policy is set", (answer.associate_policy.policy_id, answer.associate_policy.vault_id), (policy, vault))
    shown = CBR.list_policies(cbr.ListPoliciesRequest(vault_id=vault)).policies
    check("the policy knows its vaults", [v.vault_id for v in shown[0].associated_vaults], [vault])
    advance("P1D")
    automatic = [b for b in backups(vault_id=vault, resource_id=servers[2]) if b.extend_info.auto_trigger]
    check("the first night", [(b.incremental, b.image_type) for b in automatic], [(False, "backup")])
    advance("P1D")
    advance("P4D")
    automatic = [b for b in backups(vault_id=vault, resource_id=servers[2]) if b.extend_info.auto_trigger]
    check("no more than the policy keeps", len(automatic), 3)
    check("what is kept is new", all(b.incremental for b in automatic), True)
    unset = cbr.VaultDissociate(policy_id=policy)
    CBR.disassociate_vault_policy(cbr.DisassociateVaultPolicyRequest(vault_id=vault, body=unset))
    refused("a policy that is not set", 404, "BackupService.6002",
            lambda: CBR.disassociate_vault_policy(cbr.DisassociateVaultPolicyRequest(vault_id=vault, body=unset)))
    before = len(backups(vault_id=vault))
    advance("P3D")
    check("without a policy nothing is made or lost", len(backups(vault_id=vault)), before)


def queries(vault, servers, volumes):
    found = CBR.list_protectable(cbr.ListProtectableRequest(protectable_type="server", limit=50)).instances
    state = {i.id: (i.protectable.result, i.protectable.code) for i in found}
    check("what may be associated", (state[servers[0]], state[servers[5]]), ((False, "BackupService.6103"), (True, None)))
    one = CBR.show_protectable(cbr.ShowProtectableRequest(protectable_type="disk", instance_id=volumes[0])).instance
    check("one that may", one.protectable.result, True)
    refused("a page that is too large", 400, "BackupService.9900",
            lambda: CBR.list_protectable(cbr.ListProtectableRequest(protectable_type="server", limit=51)))
    asked = [cbr.ProtectableAgentStatusResource(resource_id=servers[0], resource_type="OS::Nova::Server")]
    body = cbr.ProtectableAgentReq(agent_status=asked)
    check("the agent is not there", CBR.check_agent(cbr.CheckAgentRequest(body=body)).agent_status[0].installed, False)
    check("regions for replicas", CBR.show_replication_capabilities(cbr.ShowReplicationCapabilitiesRequest()).regions[0].name, "cn-north-4")
    CBR.list_features(cbr.ListFeaturesRequest())
    check("projects of all regions", [p.id for p in CBR.list_projects(cbr.ListProjectsRequest()).projects], [PROJECT])
    body = cbr.BatchUpdateVaultRequestBody(vault=cbr.VaultBatchUpdate(threshold=70))
    check("all vaults at once", len(CBR.batch_update_vault(cbr.BatchUpdateVaultRequest(body=body)).updated_vaults_id), 3)


def agents():
    body = cbr.AgentRegisterReq(agent=cbr.AgentRegister(host_name="on-premises", host_ip="10.0.0.1", host_os="Linux",
                                                        agent_version="1", agent_id="a", host_nickname="n"))
    agent = CBR.register_agent(cbr.RegisterAgentRequest(body=body)).agent.agent_id
    check("a client is registered", [a.host_name for a in CBR.list_agent(cbr.ListAgentRequest()).agents], ["on-premises"])
    paths = CBR.add_agent_path(cbr.AddAgentPathRequest(agent_id=agent, body=cbr.AgentAddPathReq(add_path=["/srv", "/home"])))
    check("directories are added", (paths.added, paths.existed), (["/srv", "/home"], []))
    gone = CBR.remove_agent_path(cbr.RemoveAgentPathRequest(agent_id=agent, body=cbr.AgentRemovePathReq(remove_path=["/srv", "/x"])))
    check("directories are removed", (gone.removed, gone.not_existed), (["/srv"], ["/x"]))
    check("a client is shown", [p.dir_path for p in CBR.show_agent(cbr.ShowAgentRequest(agent_id=agent)).agent.paths], ["/home"])
    CBR.unregister_agent(cbr.UnregisterAgentRequest(agent_id=agent))
    refused("a client that is gone", 404, "BackupService.7410", lambda: CBR.show_agent(cbr.ShowAgentRequest(agent_id=agent)))


def prepaid():
    orders = built(bss.BssClient, GlobalCredentials(ACCESS_KEY, SECRET_KEY, DOMAIN))

    def status(order):
        return orders.show_customer_order_details(bss.ShowCustomerOrderDetailsRequest(order_id=order)).order_info.status

    changes = dict(charging_mode="pre_paid", period_type="month", period_num=1, is_auto_pay=False, is_auto_renew=True)
    answer = create_vault("prepaid", (), changes)
    order, vault = answer.orders[0].order_id, answer.orders[0].resource_id
    check("an order waits for its payment", status(order), 6)
    refused("a vault that is not paid", 404, "BackupService.6105", lambda: show_vault(vault))
    orders.pay_orders(bss.PayOrdersRequest(body=bss.PayCustomerOrderV3Req(order_id=order, use_coupon="NO", use_discount="NO")))
    until("an order is carried out", lambda: status(order), 5)
    check("the vault is there", show_vault(vault).billing.charging_mode, "pre_paid")
    body = bss.QueryResourcesReq(order_id=order, only_main_resource=1)
    found = orders.list_pay_per_use_customer_resources(bss.ListPayPerUseCustomerResourcesRequest(body=body)).data
    check("what an order brought", [(r.resource_id, r.expire_policy) for r in found], [(vault, 3)])
    orders.cancel_auto_renewal_resources(bss.CancelAutoRenewalResourcesRequest(resource_id=vault))
    found = orders.list_pay_per_use_customer_resources(bss.ListPayPerUseCustomerResourcesRequest(body=body)).data
    check("it is renewed no more", found[0].expire_policy, 0)
    refused("a prepaid vault is not deleted", 400, "BackupService.6111", lambda: CBR.delete_vault(cbr.DeleteVaultRequest(vault_id=vault)))
    away = bss.UnsubscribeResourcesReq(resource_ids=[vault], unsubscribe_type=1)
    orders.cancel_resources_subscription(bss.CancelResourcesSubscriptionRequest(body=away))
    until("it is unsubscribed from", lambda: len(list_vaults(name="prepaid").vaults), 0)


def growth():
    """Yearly/monthly billing for a vault, and more room in it."""
    vault = create_vault("growing").vault.id
    body = cbr.ChangeToPeriod(charging_mode="pre_paid", period_type="year", period_num=1, is_auto_renew=False,
                                        is_auto_pay=True, vault_ids=[vault])
    order = CBR.change_vault_charge_mode(cbr.ChangeVaultChargeModeRequest(body=body))
    check("an order for another billing mode", (order.ret_code, bool(order.order_id)), (0, True))
    until("the billing mode changes", lambda: show_vault(vault).billing.charging_mode, "pre_paid")
    product = cbr.CbcProductInfoOrderChange(product_id="p", resource_size=800, resource_size_measure_id=17,
                              resource_spec_code="vault.backup.server.normal")
    body = cbr.CbcOrderChange(resource_id=vault, product_info=product, is_auto_pay=True)
    CBR.change_order(cbr.ChangeOrderRequest(body=body))
    until("a prepaid vault grows", lambda: show_vault(vault).billing.size, 800)


def replicate(vault):
    """A second project, which no cloud lets its callers make by this API."""
    with urllib.request.urlopen(f"{URL}/_emulator/world") as answer:
        world = json.load(answer)
    copies = {"id": "copies", "name": "copies", "size": 1000, "protect_type": "replication"}
    other = {"id": "fedcba9876543210fedcba9876543210", "name": "cn-south-1", "vaults": [copies]}
    world["huawei"]["accounts"][0]["projects"].append(other)
    request = urllib.request.Request(f"{URL}/_emulator/world", data=json.dumps(world).encode(), method="PUT")
    urllib.request.urlopen(request).close()
    external = CBR.list_external_vault(cbr.ListExternalVaultRequest(region_id="cn-south-1", external_project_id=other["id"]))
    check("vaults of another region", [v.id for v in external.vaults], ["copies"])
    regions = CBR.show_replication_capabilities(cbr.ShowReplicationCapabilitiesRequest()).regions
    check("where replicas can go", regions[0].replication_destinations, ["cn-south-1"])
    backup = [b for b in backups(vault_id=vault) if b.status == "available"][0].id
    body = cbr.BackupReplicateReq(replicate=cbr.BackupReplicateReqBody(
        destination_project_id=other["id"], destination_region="cn-south-1", destination_vault_id="copies"))
    replica = CBR.copy_backup(cbr.CopyBackupRequest(backup_id=backup, body=body)).replication
    check("a backup is replicated", (replica.backup_id, replica.source_region), (backup, "cn-north-4"))
    records = CBR.show_backup(cbr.ShowBackupRequest(backup_id=backup)).backup.replication_records
    check("it knows its replica", [(r.status, r.destination_vault_id) for r in records], [("success", "copies")])
    body = cbr.CheckpointReplicateReq(replicate=cbr.CheckpointReplicateParam(
        auto_trigger=False, destination_project_id=other["id"], destination_region="cn-south-1",
        destination_vault_id="copies", enable_acceleration=False, vault_id=vault))
    copied = CBR.copy_checkpoint(cbr.CopyCheckpointRequest(body=body)).replication
    check("a vault is replicated", (copied.vault_id, len(copied.backups) > 0), (vault, True))


def expiry(vault):
    with urllib.request.urlopen(f"{URL}/_emulator/clock") as answer:
        now = json.load(answer)["now"]
    day = f"{int(now[:4]) + 1}-01-15"
    body = cbr.UpdateExpirationTimeReq(expect_expiration_date=day, time_zone="UTC+08:00")
    answer = CBR.update_expiration_time(cbr.UpdateExpirationTimeRequest(vault_id=vault, body=body))
    check("backups get another last day", (answer.new_expiration_day, answer.affected_backups_count), (day, len(backups(vault_id=vault))))
    log = CBR.show_op_log(cbr.ShowOpLogRequest(operation_log_id=answer.operation_log_id)).operation_log
    check("there is a task of it", (log.status, log.vault_id), ("success", vault))
    check("their last day shows", {b.expired_at is None for b in backups(vault_id=vault)}, {False})


def losses(vault, servers, policy):
    first = backups(vault_id=vault, resource_id=servers[2])[0].id
    CBR.delete_backup(cbr.DeleteBackupRequest(backup_id=first))
    until("a deleted backup is gone in the end", lambda: any(b.id == first for b in backups(vault_id=vault)), False)
    remove(vault, [servers[2]])
    check("a removed server is on its way", [r.protect_status for r in show_vault(vault).resources if r.id == servers[2]], ["removing"])
    refused("it still counts as attached", 400, "BackupService.6134", lambda: add(vault, [resource(servers[2])]))
    until("a removed server is gone in the end", lambda: servers[2] in [r.id for r in show_vault(vault).resources], False)
    check("its backups are gone with it", backups(resource_id=servers[2]), [])
    lock = cbr.VaultUpdate(locked=True)
    CBR.update_vault(cbr.UpdateVaultRequest(vault_id=vault, body=cbr.VaultUpdateReq(vault=lock)))
    refused("a lock is for ever", 400, "BackupService.6110",
            lambda: CBR.update_vault(cbr.UpdateVaultRequest(vault_id=vault, body=cbr.VaultUpdateReq(vault=cbr.VaultUpdate(locked=False)))))
    refused("a locked vault keeps its servers", 400, "BackupService.6110", lambda: remove(vault, [servers[0]]))
    CBR.delete_policy(cbr.DeletePolicyRequest(policy_id=policy))
    check("a policy is deleted", CBR.list_policies(cbr.ListPoliciesRequest()).policies, [])
    refused("a locked vault with automatic backups stays", 400, "BackupService.6111", lambda: CBR.delete_vault(cbr.DeleteVaultRequest(vault_id=vault)))
    other = list_vaults(name="vault-2").vaults[0].id
    delete_vault(other)
    check("a vault takes its backups along", backups(vault_id=other), [])


def organization():
    """Policies of the organisation, which every project has and none can change."""
    trigger = cbr.PolicyTriggerReq(properties=cbr.PolicyTriggerPropertiesReq(
        pattern=["FREQ=DAILY;INTERVAL=1;BYHOUR=03;BYMINUTE=00"]))
    create = cbr.OrganizationPolicyCreate(name="all", description="for everybody", operation_type="backup", policy_name="from-above",
                                          policy_enabled=True, policy_operation_definition=cbr.PolicyoODCreate(max_backups=5),
                                          policy_trigger=trigger, effective_scope="all")
    made = CBR.create_organization_policy(cbr.CreateOrganizationPolicyRequest(body=cbr.OrganizationPolicyCreateReq(policy=create))).policy
    check("a policy of the organisation", (made.policy_name, made.policy_enabled, made.status), ("from-above", True, "success"))
    here = [p for p in CBR.list_policies(cbr.ListPoliciesRequest()).policies if p.name == "from-above"]
    check("the project has it", [p.operation_definition.max_backups for p in here], [5])
    refused("the project cannot delete it", 403, "BackupService.6004", lambda: CBR.delete_policy(cbr.DeletePolicyRequest(policy_id=here[0].id)))
    detail = CBR.list_organization_policy_detail(cbr.ListOrganizationPolicyDetailRequest(organization_policy_id=made.id))
    check("where it is in force", [(d.policy_id, d.status) for d in detail.policies], [(here[0].id, "success")])
    update = cbr.OrganizationPolicyUpdate(policy_enabled=False)
    changed = CBR.update_organization_policy(cbr.UpdateOrganizationPolicyRequest(
        organization_policy_id=made.id, body=cbr.OrganizationPolicyUpdateReq(policy=update))).policy
    check("it is changed for all", (changed.policy_enabled, CBR.show_policy(cbr.ShowPolicyRequest(policy_id=here[0].id)).policy.enabled), (False, False))
    listed = CBR.list_organization_policies(cbr.ListOrganizationPoliciesRequest(operation_type="backup"))
    check("policies of the organisation", [p.id for p in listed.policies], [made.id])
    CBR.delete_organization_policy(cbr.DeleteOrganizationPolicyRequest(organization_policy_id=made.id))
    refused("it is gone", 404, "BackupService.6000", lambda: CBR.show_organization_policy(cbr.ShowOrganizationPolicyRequest(organization_policy_id=made.id)))
    refused("it is gone from the project", 404, "BackupService.6000", lambda: CBR.show_policy(cbr.ShowPolicyRequest(policy_id=here[0].id)))


def advanced_rules():
    """Weekly, monthly and yearly rules by day."""
    trigger = cbr.PolicyTriggerReq(properties=cbr.PolicyTriggerPropertiesReq(
        pattern=["FREQ=DAILY;INTERVAL=1;BYHOUR=03;BYMINUTE=00"]))

    def create(**rules):
        definition = cbr.PolicyoODCreate(max_backups=2, timezone="UTC+08:00",
                                         advanced_retention_rules=cbr.PolicyAdvancedRetentionRules(**rules))
        policy = cbr.PolicyCreate(name="advanced", operation_type="backup", operation_definition=definition, trigger=trigger)
        return CBR.create_policy(cbr.CreatePolicyRequest(body=cbr.PolicyCreateReq(policy=policy))).policy

    weekly = cbr.PolicyWeeklyRetentionRules(days_of_week=["MO"], retention_duration_periods=4)
    monthly = cbr.PolicyMonthlyRetentionRules(retention_type="MONTHLY", days_of_month=[1, -1], retention_duration_periods=6)
    yearly = cbr.PolicyYearlyRetentionRules(retention_type="WEEKLY", retention_months=["JANUARY"], retention_weeks=["FIRST"],
                                            days_of_week=["MO"], retention_duration_periods=2)
    made = create(weekly_retention_rules=weekly, monthly_retention_rules=monthly, yearly_retention_rules=yearly)
    rules = made.operation_definition.advanced_retention_rules
    check("rules by day", (rules.weekly_retention_rules.days_of_week, rules.monthly_retention_rules.days_of_month,
                           rules.yearly_retention_rules.retention_months), (["MO"], [1, -1], ["JANUARY"]))
    CBR.delete_policy(cbr.DeletePolicyRequest(policy_id=made.id))
    endless = cbr.PolicyWeeklyRetentionRules(days_of_week=["MO"], retention_duration_periods=5201)
    refused("more weeks than there are", 400, "BackupService.9900", lambda: create(weekly_retention_rules=endless))


def main():
    iam_side()
    found_by_region()
    servers, volumes, shares, desktops = estate()
    organization()
    advanced_rules()
    policy = policies()
    vault = vaults(servers, policy)
    tags(vault)
    kinds(volumes, shares, desktops)
    made = back_up(vault, servers)
    restore(vault, servers, made)
    share(made)
    migrate(vault, servers)
    schedule(vault, policy, servers)
    queries(vault, servers, volumes)
    agents()
    prepaid()
    growth()
    replicate(vault)
    expiry(vault)
    losses(vault, servers, policy)
    print(f"checks: {counts['run']} run, {counts['passed']} passed")
    sys.exit(counts["run"] != counts["passed"])


main()

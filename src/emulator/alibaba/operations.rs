//! What the vendor's products can do, and which of it is imitated here.

use super::error::ApiError;
use super::gateway::Call;
use super::{ecs, hbr_clients, hbr_jobs, hbr_plans, hbr_restores, hbr_service, hbr_snapshots, sts};

/// A product of the vendor that is imitated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the vendor's names")]
pub enum Product {
    Ecs,
    Hbr,
    Sts,
}

impl Product {
    /// All of them.
    pub const ALL: [Product; 3] = [Product::Ecs, Product::Hbr, Product::Sts];

    /// The product's word in hosts and permissions.
    pub fn as_str(self) -> &'static str {
        match self {
            Product::Ecs => "ecs",
            Product::Hbr => "hbr",
            Product::Sts => "sts",
        }
    }

    /// The one version of the product's API that is imitated.
    pub fn version(self) -> &'static str {
        match self {
            Product::Ecs => "2014-05-26",
            Product::Hbr => "2017-09-08",
            Product::Sts => "2015-04-01",
        }
    }

    /// Calls in 60 seconds of one operation, region and account.
    ///
    /// Sources: the products' pages on rate limits. HBR: 600 for nearly all operations. ECS: up to 1000.
    pub fn calls_per_minute(self) -> u32 {
        match self {
            Product::Hbr => 600,
            Product::Ecs | Product::Sts => 1000,
        }
    }

    fn operations(self) -> &'static [Operation] {
        match self {
            Product::Ecs => &ECS,
            Product::Hbr => &HBR,
            Product::Sts => &STS,
        }
    }

    fn absent_names(self) -> &'static str {
        match self {
            Product::Ecs => ECS_ABSENT,
            Product::Hbr => HBR_ABSENT,
            Product::Sts => STS_ABSENT,
        }
    }

    /// The operation of this name.
    ///
    /// # Errors
    /// `InvalidApi.NotFound` when the vendor has no such operation; 501 when it is not imitated here.
    pub fn operation(self, name: &str) -> Result<&'static Operation, ApiError> {
        if let Some(operation) = self.operations().iter().find(|operation| operation.name == name) {
            return Ok(operation);
        }
        if self.absent_names().split_whitespace().any(|absent| absent == name) {
            let message = format!("The emulator does not imitate {} of {}.", name, self.as_str());
            return Err(ApiError::new(501, "Emulator.NotImplemented", message));
        }
        let message = "Specified api is not found, please check your url and method.";
        Err(ApiError::new(404, "InvalidApi.NotFound", message))
    }
}

/// Carries an operation out.
pub type Run = fn(&mut Call) -> Result<Vec<u8>, ApiError>;

/// An operation that is imitated.
pub struct Operation {
    /// The vendor's name.
    pub name: &'static str,
    /// Whether it may be called with GET too.
    ///
    /// Source: the vendor's API metadata, `methods`.
    pub by_get: bool,
    /// Whether it can change the world.
    pub writes: bool,
    /// Whether it is called without a signature, because its parameters say who calls.
    ///
    /// Source: the vendor's SDK, authentication type `Anonymous` of the operation.
    pub anonymous: bool,
    /// Carries it out.
    pub run: Run,
}

const fn read(name: &'static str, run: Run) -> Operation {
    Operation { name, by_get: true, writes: false, anonymous: false, run }
}

const fn write(name: &'static str, run: Run) -> Operation {
    Operation { name, by_get: true, writes: true, anonymous: false, run }
}

const fn post(name: &'static str, run: Run) -> Operation {
    Operation { name, by_get: false, writes: true, anonymous: false, run }
}

const fn anonymous(name: &'static str, run: Run) -> Operation {
    Operation { name, by_get: true, writes: true, anonymous: true, run }
}

const HBR: [Operation; 18] = [
    write("CancelBackupJob", hbr_jobs::cancel),
    write("CancelRestoreJob", hbr_restores::cancel),
    post("CreateBackupPlan", hbr_plans::create),
    post("CreateRestoreJob", hbr_restores::create),
    write("DeleteBackupPlan", hbr_plans::delete),
    read("DescribeBackupClients", hbr_clients::describe),
    read("DescribeBackupJobs2", hbr_jobs::describe),
    read("DescribeBackupPlans", hbr_plans::describe),
    read("DescribeRegions", hbr_service::describe_regions),
    read("DescribeRestoreJobs2", hbr_restores::describe),
    read("DescribeVaults", hbr_service::describe_vaults),
    write("DisableBackupPlan", hbr_plans::disable),
    write("EnableBackupPlan", hbr_plans::enable),
    write("ExecuteBackupPlan", hbr_jobs::execute),
    read("GetBasicStatistics", hbr_service::statistics),
    write("OpenHbrService", hbr_service::open),
    read("SearchHistoricalSnapshots", hbr_snapshots::search),
    write("UpdateBackupPlan", hbr_plans::update),
];

const ECS: [Operation; 5] = [
    read("DescribeCloudAssistantStatus", ecs::describe_cloud_assistant_status),
    read("DescribeDisks", ecs::describe_disks),
    read("DescribeImages", ecs::describe_images),
    read("DescribeInstances", ecs::describe_instances),
    read("DescribeRegions", ecs::describe_regions),
];

const STS: [Operation; 3] = [
    write("AssumeRole", sts::assume_role),
    anonymous("AssumeRoleWithOIDC", sts::assume_role_with_oidc),
    read("GetCallerIdentity", sts::get_caller_identity),
];

/// Operations of HBR that the vendor has and the emulator has not. Source: the vendor's Python SDK.
const HBR_ABSENT: &str = "\
    AddContainerCluster AddCrossAccount AddDataSource BrowseFiles ChangeResourceGroup CheckRole \
    CreateBackupJob CreateClients CreateHanaBackupPlan CreateHanaInstance CreateHanaRestore \
    CreatePolicyBindings CreatePolicyV2 CreateReplicationVault CreateTempFileUploadUrl CreateVault \
    CreateVaultReplication DeleteAirEcsInstance DeleteBackupClient DeleteBackupClientResource DeleteClient \
    DeleteContainerCluster DeleteCrossAccount DeleteHanaBackupPlan DeleteHanaInstance DeletePolicyBinding \
    DeletePolicyV2 DeleteSnapshot DeleteUdmDisk DeleteUdmEcsInstance DeleteVault DeleteVaultReplication \
    DescribeClients DescribeContainerCluster DescribeContainerResource DescribeCrossAccounts \
    DescribeDataSources DescribeFeatureTrialInfo DescribeHanaBackupPlans DescribeHanaBackupSetting \
    DescribeHanaBackupsAsync DescribeHanaDatabases DescribeHanaInstances DescribeHanaRestores \
    DescribeHanaRetentionSetting DescribeOtsTableSnapshots DescribePoliciesV2 DescribePolicyBindings \
    DescribeRecoverableOtsInstances DescribeTask DescribeUdmSnapshots DescribeVaultReplicationRegions \
    DetachNasFileSystem DisableHanaBackupPlan EnableHanaBackupPlan ExecutePolicyV2 GenerateRamPolicy \
    GetTempFileDownloadLink GetTrialInfo InstallBackupClients ListProtectedResources ListSnapshots \
    RemoveDataSource StartHanaDatabaseAsync StopHanaDatabaseAsync UninstallBackupClients UninstallClient \
    UpdateClientSettings UpdateContainerCluster UpdateDataSource UpdateHanaBackupPlan \
    UpdateHanaBackupSetting UpdateHanaInstance UpdateHanaRetentionSetting UpdatePolicyBinding UpdatePolicyV2 \
    UpdateVault UpgradeBackupClients UpgradeClient";

/// Operations of ECS that the vendor has and the emulator has not. Source: the vendor's Python SDK.
const ECS_ABSENT: &str = "\
    AcceptInquiredSystemEvent ActivateRouterInterface AddBandwidthPackageIps AddTags AllocateDedicatedHosts \
    AllocateEipAddress AllocatePublicIpAddress ApplyAutoSnapshotPolicy AssignIpv6Addresses \
    AssignPrivateIpAddresses AssociateEipAddress AssociateHaVip AttachClassicLinkVpc AttachDisk \
    AttachInstanceRamRole AttachKeyPair AttachNetworkInterface AuthorizeSecurityGroup \
    AuthorizeSecurityGroupEgress CancelAutoSnapshotPolicy CancelCopyImage CancelImagePipelineExecution \
    CancelPhysicalConnection CancelSimulatedSystemEvents CancelTask CloneDisks ConnectRouterInterface \
    ConvertNatPublicIpToEip CopyImage CopySnapshot CreateActivation CreateAutoProvisioningGroup \
    CreateAutoSnapshotPolicy CreateCapacityReservation CreateCommand CreateDedicatedHostCluster \
    CreateDeploymentSet CreateDiagnosticMetricSet CreateDiagnosticReport CreateDisk \
    CreateElasticityAssurance CreateForwardEntry CreateHaVip CreateHpcCluster CreateImage \
    CreateImageComponent CreateImagePipeline CreateInstance CreateKeyPair CreateLaunchTemplate \
    CreateLaunchTemplateVersion CreateNatGateway CreateNetworkInterface CreateNetworkInterfacePermission \
    CreatePhysicalConnection CreatePlanMaintenanceWindow CreatePortRangeList CreatePrefixList \
    CreateRouteEntry CreateRouterInterface CreateSavingsPlan CreateSecurityGroup CreateSimulatedSystemEvents \
    CreateSnapshot CreateSnapshotGroup CreateStorageSet CreateVSwitch CreateVirtualBorderRouter CreateVpc \
    CreateVsc DeactivateRouterInterface DeleteActivation DeleteAutoProvisioningGroup \
    DeleteAutoSnapshotPolicy DeleteBandwidthPackage DeleteCommand DeleteDedicatedHostCluster \
    DeleteDeploymentSet DeleteDiagnosticMetricSets DeleteDiagnosticReports DeleteDisk DeleteForwardEntry \
    DeleteHaVip DeleteHpcCluster DeleteImage DeleteImageComponent DeleteImagePipeline DeleteInstance \
    DeleteInstances DeleteKeyPairs DeleteLaunchTemplate DeleteLaunchTemplateVersion DeleteNatGateway \
    DeleteNetworkInterface DeleteNetworkInterfacePermission DeletePhysicalConnection \
    DeletePlanMaintenanceWindow DeletePortRangeList DeletePrefixList DeleteRouteEntry DeleteRouterInterface \
    DeleteSecurityGroup DeleteSnapshot DeleteSnapshotGroup DeleteStorageSet DeleteVSwitch \
    DeleteVirtualBorderRouter DeleteVpc DeleteVsc DeregisterManagedInstance DescribeAccessPoints \
    DescribeAccountAttributes DescribeActivations DescribeAutoProvisioningGroupHistory \
    DescribeAutoProvisioningGroupInstances DescribeAutoProvisioningGroups \
    DescribeAutoSnapshotPolicyAssociations DescribeAutoSnapshotPolicyEx DescribeAvailableResource \
    DescribeBandwidthLimitation DescribeBandwidthPackages DescribeCapacityReservationInstances \
    DescribeCapacityReservations DescribeClassicLinkInstances DescribeCloudAssistantSettings \
    DescribeClusters DescribeCommands DescribeDedicatedHostAutoRenew DescribeDedicatedHostClusters \
    DescribeDedicatedHostTypes DescribeDedicatedHosts DescribeDeploymentSetSupportedInstanceTypeFamily \
    DescribeDeploymentSets DescribeDiagnosticMetricSets DescribeDiagnosticMetrics \
    DescribeDiagnosticReportAttributes DescribeDiagnosticReports DescribeDiskDefaultKMSKeyId \
    DescribeDiskEncryptionByDefaultStatus DescribeDiskMonitorData DescribeDisksFullStatus \
    DescribeEipAddresses DescribeEipMonitorData DescribeElasticityAssuranceAutoRenewAttribute \
    DescribeElasticityAssuranceInstances DescribeElasticityAssurances DescribeEniMonitorData \
    DescribeForwardTableEntries DescribeHaVips DescribeHpcClusters DescribeImageComponents \
    DescribeImageFromFamily DescribeImagePipelineExecutions DescribeImagePipelines \
    DescribeImageSharePermission DescribeImageSupportInstanceTypes DescribeInstanceAttachmentAttributes \
    DescribeInstanceAttribute DescribeInstanceAutoRenewAttribute DescribeInstanceHistoryEvents \
    DescribeInstanceMaintenanceAttributes DescribeInstanceModificationPrice DescribeInstanceMonitorData \
    DescribeInstanceRamRole DescribeInstanceStatus DescribeInstanceTopology DescribeInstanceTypeFamilies \
    DescribeInstanceTypes DescribeInstanceVncUrl DescribeInstancesFullStatus DescribeInvocationResults \
    DescribeInvocations DescribeKeyPairs DescribeLaunchTemplateVersions DescribeLaunchTemplates \
    DescribeLimitation DescribeLockedSnapshots DescribeManagedInstances DescribeNatGateways \
    DescribeNetworkInterfaceAttribute DescribeNetworkInterfacePermissions DescribeNetworkInterfaces \
    DescribeNewProjectEipMonitorData DescribePhysicalConnections DescribePlanMaintenanceWindows \
    DescribePortRangeListAssociations DescribePortRangeListEntries DescribePortRangeLists \
    DescribePrefixListAssociations DescribePrefixListAttributes DescribePrefixLists DescribePrice \
    DescribeRecommendInstanceType DescribeRenewalPrice DescribeReservedInstanceAutoRenewAttribute \
    DescribeReservedInstances DescribeResourceByTags DescribeResourcesModification DescribeRouteTables \
    DescribeRouterInterfaces DescribeSavingsPlanEstimation DescribeSavingsPlanPrice \
    DescribeSecurityGroupAttribute DescribeSecurityGroupReferences DescribeSecurityGroups \
    DescribeSendFileResults DescribeSnapshotGroups DescribeSnapshotLinks DescribeSnapshotMonitorData \
    DescribeSnapshotPackage DescribeSnapshots DescribeSnapshotsUsage DescribeSpotAdvice \
    DescribeSpotPriceHistory DescribeStorageCapacityUnits DescribeStorageSetDetails DescribeStorageSets \
    DescribeTags DescribeTaskAttribute DescribeTasks DescribeTerminalSessions DescribeUserBusinessBehavior \
    DescribeUserData DescribeVRouters DescribeVSwitches DescribeVirtualBorderRouters \
    DescribeVirtualBorderRoutersForPhysicalConnection DescribeVpcs DescribeVscs DescribeZones \
    DetachClassicLinkVpc DetachDisk DetachInstanceRamRole DetachKeyPair DetachNetworkInterface \
    DisableActivation DisableDiskEncryptionByDefault DisableNetworkInterfaceQoS \
    EnableDiskEncryptionByDefault EnableNetworkInterfaceQoS EnablePhysicalConnection EndTerminalSession \
    ExportImage ExportSnapshot GetInstanceConsoleOutput GetInstanceScreenshot ImportImage ImportKeyPair \
    InstallCloudAssistant InvokeCommand JoinResourceGroup JoinSecurityGroup LeaveSecurityGroup \
    ListPluginStatus ListTagResources LockSnapshot ModifyAutoProvisioningGroup ModifyAutoSnapshotPolicyEx \
    ModifyBandwidthPackageSpec ModifyCapacityReservation ModifyCloudAssistantSettings ModifyCommand \
    ModifyDedicatedHostAttribute ModifyDedicatedHostAutoReleaseTime ModifyDedicatedHostAutoRenewAttribute \
    ModifyDedicatedHostClusterAttribute ModifyDedicatedHostsChargeType ModifyDeploymentSetAttribute \
    ModifyDiagnosticMetricSet ModifyDiskAttribute ModifyDiskChargeType ModifyDiskDefaultKMSKeyId \
    ModifyDiskDeployment ModifyDiskSpec ModifyEipAddressAttribute ModifyElasticityAssurance \
    ModifyElasticityAssuranceAutoRenewAttribute ModifyForwardEntry ModifyHaVipAttribute \
    ModifyHpcClusterAttribute ModifyImageAttribute ModifyImageShareGroupPermission \
    ModifyImageSharePermission ModifyInstanceAttachmentAttributes ModifyInstanceAttribute \
    ModifyInstanceAutoReleaseTime ModifyInstanceAutoRenewAttribute ModifyInstanceChargeType \
    ModifyInstanceClockOptions ModifyInstanceDeployment ModifyInstanceMaintenanceAttributes \
    ModifyInstanceMetadataOptions ModifyInstanceNetworkOptions ModifyInstanceNetworkSpec \
    ModifyInstanceSecurityOptions ModifyInstanceSpec ModifyInstanceVncPasswd ModifyInstanceVpcAttribute \
    ModifyInvocationAttribute ModifyLaunchTemplateDefaultVersion ModifyManagedInstance \
    ModifyNetworkInterfaceAttribute ModifyPhysicalConnectionAttribute ModifyPlanMaintenanceWindow \
    ModifyPortRangeList ModifyPrefixList ModifyPrepayInstanceSpec ModifyReservedInstanceAttribute \
    ModifyReservedInstanceAutoRenewAttribute ModifyReservedInstances ModifyRouterInterfaceAttribute \
    ModifyRouterInterfaceSpec ModifySecurityGroupAttribute ModifySecurityGroupEgressRule \
    ModifySecurityGroupPolicy ModifySecurityGroupRule ModifySnapshotAttribute ModifySnapshotCategory \
    ModifySnapshotGroup ModifyStorageCapacityUnitAttribute ModifyStorageSetAttribute \
    ModifySystemEventAttribute ModifyUserBusinessBehavior ModifyVRouterAttribute ModifyVSwitchAttribute \
    ModifyVirtualBorderRouterAttribute ModifyVpcAttribute OpenSnapshotService \
    PurchaseReservedInstancesOffering PurchaseStorageCapacityUnit ReActivateInstances ReInitDisk \
    RebootInstance RebootInstances RecoverVirtualBorderRouter RedeployDedicatedHost RedeployInstance \
    ReleaseCapacityReservation ReleaseDedicatedHost ReleaseEipAddress ReleasePublicIpAddress \
    RemoveBandwidthPackageIps RemoveTags RenewDedicatedHosts RenewElasticityAssurances RenewInstance \
    RenewReservedInstances ReplaceSystemDisk ReportInstancesStatus ResetDisk ResetDiskDefaultKMSKeyId \
    ResetDisks ResizeDisk RevokeSecurityGroup RevokeSecurityGroupEgress RunCommand RunInstances \
    SendDiagnosticInterrupt SendFile StartImagePipelineExecution StartInstance StartInstances \
    StartTerminalSession StopInstance StopInstances StopInvocation TagResources TerminatePhysicalConnection \
    TerminateVirtualBorderRouter UnassignIpv6Addresses UnassignPrivateIpAddresses UnassociateEipAddress \
    UnassociateHaVip UnlockSnapshot UntagResources";

/// Operations of STS that the vendor has and the emulator has not. Source: the vendor's Python SDK.
const STS_ABSENT: &str = "\
    AssumeRoleWithSAML";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_ours_absent_or_unknown() {
        let check = |product: Product, name: &str, expected: u16| {
            let status = product.operation(name).map_or_else(|error| error.status, |_| 200);
            assert_eq!(status, expected, "{name}");
        };
        check(Product::Hbr, "DescribeBackupPlans", 200);
        check(Product::Hbr, "CreatePolicyV2", 501);
        check(Product::Hbr, "DescribeInstances", 404);
        check(Product::Hbr, "describebackupplans", 404);
        check(Product::Ecs, "RunInstances", 501);
        check(Product::Sts, "AssumeRoleWithSAML", 501);
        check(Product::Sts, "", 404);
    }

    #[test]
    fn no_operation_is_listed_twice() {
        for product in Product::ALL {
            let ours: Vec<&str> = product.operations().iter().map(|operation| operation.name).collect();
            assert!(ours.is_sorted(), "{ours:?}");
            assert!(product.absent_names().split_whitespace().all(|name| !ours.contains(&name)));
        }
    }
}

import assert from "node:assert/strict";
import type { AcceleratorProfile, DashboardHardwareProfile } from "../../../sdk/kubernetes/dashboardProfiles";
import { hardwareProfileOf } from "../../../sdk/operations/olderProfiles";

const TOLERATION = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
const migrated: AcceleratorProfile = {
  apiVersion: "dashboard.opendatahub.io/v1",
  kind: "AcceleratorProfile",
  metadata: { name: "migrated-gpu", namespace: "redhat-ods-applications" },
  spec: { displayName: "NVIDIA GPU", enabled: true, identifier: "nvidia.com/gpu", tolerations: [TOLERATION] },
};

/** @covers HW-6 */
describe("conversion of older profiles", () => {
  it("keeps every field of an AcceleratorProfile", () => {
    assert.deepEqual(hardwareProfileOf(migrated), {
      apiVersion: "infrastructure.opendatahub.io/v1",
      kind: "HardwareProfile",
      metadata: {
        name: "migrated-gpu",
        namespace: "redhat-ods-applications",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: { "opendatahub.io/display-name": "NVIDIA GPU", "opendatahub.io/disabled": "false" },
      },
      spec: {
        identifiers: [
          {
            displayName: "NVIDIA GPU",
            identifier: "nvidia.com/gpu",
            minCount: 1,
            defaultCount: 1,
            resourceType: "Accelerator",
          },
        ],
        scheduling: { type: "Node", node: { tolerations: [TOLERATION] } },
      },
    });
  });

  it("keeps disabled what was, and says nothing of nodes where there is nothing to say", () => {
    const { metadata, spec } = hardwareProfileOf({
      ...migrated,
      spec: {
        displayName: "Größe 1",
        enabled: false,
        identifier: "example.com/odd",
        description: "unusual",
        tolerations: [],
      },
    });
    assert.deepEqual(metadata.annotations, {
      "opendatahub.io/display-name": "Größe 1",
      "opendatahub.io/description": "unusual",
      "opendatahub.io/disabled": "true",
    });
    assert.deepEqual(spec, {
      identifiers: [{ displayName: "Größe 1", identifier: "example.com/odd", minCount: 1, defaultCount: 1 }],
    });
  });

  it("keeps identifiers, selectors of either version and tolerations of a dashboard profile", () => {
    const old: DashboardHardwareProfile = {
      apiVersion: "dashboard.opendatahub.io/v1alpha1",
      kind: "HardwareProfile",
      metadata: { name: "large", namespace: "redhat-ods-applications", labels: { team: "a" } },
      spec: {
        displayName: "Large",
        enabled: true,
        identifiers: [
          { displayName: "CPU", identifier: "cpu", minCount: 1, maxCount: 8, defaultCount: 4 },
          { displayName: "Memory", identifier: "memory", minCount: "1Gi", maxCount: "64Gi", defaultCount: "8Gi" },
        ],
        nodeSelectors: [{ key: "size", value: "large" }, { value: "no key" }],
        nodeSelector: { zone: "a" },
        tolerations: [TOLERATION],
      },
    };
    const { metadata, spec } = hardwareProfileOf(old);
    assert.deepEqual(metadata.labels, { team: "a", "app.kubernetes.io/managed-by": "pulumi" });
    assert.deepEqual(
      spec.identifiers.map(({ identifier, maxCount, resourceType }) => [identifier, maxCount, resourceType]),
      [
        ["cpu", 8, "CPU"],
        ["memory", "64Gi", "Memory"],
      ],
    );
    assert.deepEqual(spec.scheduling, {
      type: "Node",
      node: { nodeSelector: { size: "large", zone: "a" }, tolerations: [TOLERATION] },
    });
  });

  it("refuses one without a namespace", () => {
    assert.throws(
      () => hardwareProfileOf({ ...migrated, metadata: { name: "lost" } }),
      /"lost": metadata\.namespace is missing/,
    );
  });
});

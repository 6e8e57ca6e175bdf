import { nodeObject } from "../../../sdk/capacity/nodes";
import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { oneAcceleratorVendor } from "../../../../policies/rules/gpu/one-accelerator-vendor";
import { changed, inCluster, inStack } from "../granite";
import { table } from "../table";
import { gpus, runtime, service } from "./parallel";

const amd = (count: unknown) => ({ "amd.com/gpu": count });
const mixed = changed(nodeObject("mixed", 1), ({ status }) => Object.assign(status!.allocatable!, amd("1")));

table(oneAcceleratorVendor, [
  {
    name: "one vendor in the runtime, another in the service",
    objects: inStack(service({ limits: gpus("1") }), runtime({ limits: amd("1") })),
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
      says: [
        'amd.com/gpu: 1 (spec.containers[kserve-container].resources.limits["amd.com/gpu"] of ServingRuntime models/granite)',
        'nvidia.com/gpu: 1 (spec.predictor.model.resources.limits["nvidia.com/gpu"])',
        "2 vendors (",
        '"Insufficient ',
      ],
    },
  },
  { name: "one vendor in both", objects: inStack(service({ limits: gpus("2") }), runtime({ limits: gpus("1") })) },
  {
    name: "the other one set to zero",
    objects: inStack(service({ limits: { ...gpus("1"), ...amd("0") } }), runtime({ limits: amd("1") })),
  },
  {
    name: "whole devices and slices of one vendor",
    objects: inStack(service({ limits: { ...gpus("1"), "nvidia.com/mig-1g.10gb": "1" } }), runtime()),
  },
  {
    name: "an accelerator and a network device",
    objects: inStack(service({ limits: { ...gpus("1"), "rdma/hca": "1" } }), runtime()),
  },
  {
    name: "two vendors in two containers of one pod",
    objects: inStack(
      service({ limits: gpus("1") }),
      changed(runtime(), ({ spec }) => {
        spec.containers.push({ name: "second", image: "p:1", resources: { limits: { "habana.ai/gaudi": "1" } } });
      }),
    ),
    finding: { says: ["Intel Gaudi", "NVIDIA"] },
  },
  {
    name: "a node that has both",
    objects: [...inStack(service({ limits: gpus("1") }), runtime({ limits: amd("1") })), ...inCluster(mixed)],
  },
  {
    name: "nodes that have one each",
    objects: [
      ...inStack(service({ limits: gpus("1") }), runtime({ limits: amd("1") })),
      ...inCluster(nodeObject("a", 8)),
    ],
    finding: { level: "mandatory" },
  },
  { name: "no accelerators", objects: inStack(service({}), runtime()) },
  {
    name: "resources known only after apply",
    objects: inStack(
      changed(service({}), ({ spec }) => Object.assign(spec.predictor.model!, { resources: UNKNOWN })),
      runtime(),
    ),
    finding: { outcome: "unknown", path: "spec.predictor.model.resources" },
  },
  { name: "no runtime, so no pod", objects: inStack(service({ limits: { ...gpus("1"), ...amd("1") } })) },
]);

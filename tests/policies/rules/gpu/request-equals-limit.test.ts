import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { requestEqualsLimit } from "../../../../policies/rules/gpu/request-equals-limit";
import { changed, inStack } from "../granite";
import { table } from "../table";
import { gpus, runtime, service } from "./parallel";

const limit = 'spec.predictor.model.resources.limits["nvidia.com/gpu"]';
const request = 'spec.predictor.model.resources.requests["nvidia.com/gpu"]';

table(requestEqualsLimit, [
  {
    name: "a request below the limit",
    objects: inStack(service({ requests: gpus("1"), limits: gpus("2") }), runtime()),
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path: request,
      says: [
        `the request 1 (${request})`,
        `the limit 2 (${limit})`,
        'Invalid value: "1": must be equal to nvidia.com/gpu limit of 2',
      ],
      fix: "Set both",
    },
  },
  { name: "equal", objects: inStack(service({ requests: gpus("2"), limits: gpus("2") }), runtime()) },
  {
    name: "equal, written differently",
    objects: inStack(service({ requests: gpus(2), limits: gpus("2000m") }), runtime()),
  },
  { name: "only a limit", objects: inStack(service({ limits: gpus("2") }), runtime()) },
  {
    name: "only a request",
    objects: inStack(service({ requests: gpus("2") }), runtime()),
    finding: {
      path: request,
      says: ["Limit must be set for non overcommitable resources"],
      fix: "Set the limit of nvidia.com/gpu to 2",
    },
  },
  {
    name: "a limit of the service over a request of the runtime",
    objects: inStack(service({ limits: gpus("2") }), runtime({ requests: gpus("1") })),
    finding: { resource: "InferenceService/granite", path: limit, says: ["of ServingRuntime models/granite"] },
  },
  {
    name: "the service's request over the runtime's",
    objects: inStack(service({ requests: gpus("2"), limits: gpus("2") }), runtime({ requests: gpus("1") })),
  },
  {
    name: "both in the runtime",
    objects: inStack(service({}), runtime({ requests: gpus("1"), limits: gpus("2") })),
    finding: {
      resource: "ServingRuntime/granite",
      path: 'spec.containers[kserve-container].resources.requests["nvidia.com/gpu"]',
    },
  },
  {
    name: "a part of a device",
    objects: inStack(service({ limits: gpus("500m") }), runtime()),
    finding: { level: "mandatory", path: limit, says: ["nvidia.com/gpu is 500m", "must be an integer"] },
  },
  {
    name: "cpu and memory may differ",
    objects: inStack(
      service({ requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1500m", memory: "2Gi", ...gpus("1") } }),
      runtime(),
    ),
  },
  {
    name: "huge pages, which are held like devices",
    objects: inStack(service({ requests: { "hugepages-2Mi": "1Gi" }, limits: { "hugepages-2Mi": "2Gi" } }), runtime()),
    finding: { says: ["must be equal to hugepages-2Mi limit of 2Gi"] },
  },
  {
    name: "a network device in a second container",
    objects: inStack(
      service({ limits: gpus("1") }),
      changed(runtime(), ({ spec }) => {
        spec.containers.push({
          name: "proxy",
          image: "p:1",
          resources: { requests: { "rdma/hca": "1" }, limits: { "rdma/hca": "2" } },
        });
      }),
    ),
    finding: { resource: "ServingRuntime/granite", path: 'spec.containers[proxy].resources.requests["rdma/hca"]' },
  },
  {
    name: "two devices, told in one finding",
    objects: inStack(
      service({ requests: { ...gpus("1"), "rdma/hca": "1" }, limits: { ...gpus("2"), "rdma/hca": "4" } }),
      runtime(),
    ),
    finding: { says: ["nvidia.com/gpu limit of 2", "rdma/hca limit of 4"] },
  },
  { name: "no devices", objects: inStack(service({ limits: { cpu: "1" } }), runtime()) },
  {
    name: "a limit known only after apply",
    objects: inStack(service({ requests: gpus("1"), limits: gpus(UNKNOWN) }), runtime()),
    finding: { outcome: "unknown", path: limit },
  },
  { name: "no runtime, so no pod", objects: inStack(service({ requests: gpus("1"), limits: gpus("2") })) },
]);

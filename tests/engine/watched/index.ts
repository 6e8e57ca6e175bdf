/** Everything around a server: published, guarded, watched. The server itself is not part of it. */
import * as k8s from "@pulumi/kubernetes";
import {
  ApiKey,
  HttpRoute,
  MetricsViewers,
  ModelAlerts,
  ModelDashboards,
  NetworkPolicies,
  RuntimeMonitor,
  UserWorkloadMonitoring,
} from "../../../index";

const namespace = "watched";
const project = new k8s.core.v1.Namespace("watched", { metadata: { name: namespace } });
const monitoring = ["openshift-monitoring", "openshift-user-workload-monitoring"].map(
  (name) => new k8s.core.v1.Namespace(name, { metadata: { name } }),
);
const opts = { dependsOn: [project, ...monitoring] };
const model = { namespace, inferenceServiceName: "granite" };

export const { enabled } = new UserWorkloadMonitoring("monitoring", { provision: "create", retention: "15d" }, opts);
const key = new ApiKey("granite-key", { namespace, serviceName: "granite" }, opts);
export const { secretName } = key;
const gateway = { name: "public", namespace: "gateways" };
const route = {
  namespace,
  serviceName: "granite",
  port: 80,
  grpcPort: 9000,
  gateway,
  hostnames: ["granite.example.com"],
};
export const { urls } = new HttpRoute("granite", { ...route, awaitReady: false }, opts);
const callers = [{ namespace: "web", podLabels: { app: "chat" } }];
new NetworkPolicies(
  "granite",
  { ...model, callers, egress: {}, gatewayNamespaces: ["gateways"], platform: { kind: "kserve" } },
  opts,
);
new RuntimeMonitor("granite", { ...model, metricsPort: 8082 }, opts);
new RuntimeMonitor("nim", { namespace, matchLabels: { app: "nim" }, kind: "ServiceMonitor" }, opts);
new ModelAlerts("granite", { ...model, gpus: true }, opts);
new ModelDashboards("llm", { namespace, engines: ["vllm", "ovms", "mlserver"] }, opts);
new MetricsViewers("viewers", { namespace, groups: ["data-scientists"] }, opts);

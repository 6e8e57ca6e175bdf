import assert from "node:assert/strict";
import { NetworkPolicies } from "../../../components/exposure/networkPolicies";
import { networkPoliciesManifests } from "../../../components/exposure/networkPoliciesManifests";
import type { NetworkPolicySpec } from "../../../sdk/kubernetes/networking";
import { networkPoliciesRules, networkPoliciesSchema } from "../../../sdk/spec/exposure/networkPolicies";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { registered } from "../mocks";

const podSelector = { matchLabels: { "serving.kserve.io/inferenceservice": "granite" } };
const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

function policies(args: Record<string, unknown>): Record<string, NetworkPolicySpec> {
  const all = { namespace: "models", inferenceServiceName: "granite", ...args };
  const spec = parseSpec(networkPoliciesSchema, networkPoliciesRules("granite"), all, "policies");
  const entries = networkPoliciesManifests({ ...spec, name: "granite" }).map((policy) => {
    assert.equal(policy.metadata.namespace, "models");
    assert.equal(policy.metadata.labels?.["app.kubernetes.io/instance"], spec.inferenceServiceName ?? "granite");
    return [policy.metadata.name, policy.spec] as const;
  });
  return Object.fromEntries(entries);
}

/** @covers XA-19, BP-9 */
describe("network policies", () => {
  it("on OpenShift AI: router, monitoring, platform, and the replicas among themselves", () => {
    const from = (...peers: object[]) => ({ podSelector, policyTypes: ["Ingress"], ingress: [{ from: peers }] });
    assert.deepEqual(policies({}), {
      "granite-deny": from({ podSelector }),
      "granite-router": from(named("openshift-ingress"), {
        namespaceSelector: { matchLabels: { "policy-group.network.openshift.io/host-network": "" } },
      }),
      "granite-monitoring": from(named("openshift-monitoring"), named("openshift-user-workload-monitoring")),
      "granite-controller": from(named("redhat-ods-applications")),
    });
  });

  it("on plain KServe: the gateway that is named", () => {
    const { "granite-router": router, "granite-monitoring": monitoring } = policies({
      platform: { kind: "kserve" },
      gatewayNamespaces: ["istio-system"],
      monitoringNamespaces: ["observability"],
    });
    assert.deepEqual(router?.ingress, [{ from: [named("istio-system")] }]);
    assert.deepEqual(monitoring?.ingress, [{ from: [named("observability")] }]);
  });

  it("callers by namespace, by labels of namespaces and of pods", () => {
    const callers = [
      { namespace: "web" },
      { namespaceLabels: { team: "a" }, podLabels: { app: "chat" } },
      { podLabels: { app: "batch" } },
    ];
    assert.deepEqual(policies({ callers })["granite-callers"]?.ingress, [
      {
        from: [
          named("web"),
          { namespaceSelector: { matchLabels: { team: "a" } }, podSelector: { matchLabels: { app: "chat" } } },
          { podSelector: { matchLabels: { app: "batch" } } },
        ],
      },
    ]);
  });

  it("an internal model has no router, and an empty list of namespaces makes no policy that admits everyone", () => {
    assert.deepEqual(Object.keys(policies({ allowRouter: false, monitoringNamespaces: [] })), [
      "granite-deny",
      "granite-controller",
    ]);
  });

  it("outwards: names, downloads, stores of the cluster, the API server, and nothing else", () => {
    const tcp = (port: number) => ({ protocol: "TCP", port });
    const own = { to: [{ podSelector }] };
    const dns = { to: [named("openshift-dns")], ports: [{ protocol: "UDP", port: 5353 }, tcp(5353)] };
    assert.deepEqual(policies({ egress: {} })["granite-egress"], {
      podSelector,
      policyTypes: ["Egress"],
      egress: [own, dns, { ports: [tcp(443)] }, { ports: [tcp(6443)] }],
    });
    const egress = { downloadCidrs: ["10.20.0.0/16"], downloadPorts: [9000], storageNamespaces: ["minio"] };
    assert.deepEqual(policies({ egress })["granite-egress"]?.egress?.slice(2), [
      { to: [{ ipBlock: { cidr: "10.20.0.0/16" } }], ports: [tcp(9000)] },
      { to: [named("minio")] },
      { ports: [tcp(6443)] },
    ]);
    const none = policies({ egress: { downloadCidrs: [] } })["granite-egress"];
    assert.deepEqual(none?.egress, [own, dns, { ports: [tcp(6443)] }]);
  });

  it("as a component: a child for each policy, under names that do not depend on the others", async () => {
    const resources = await registered(() => {
      new NetworkPolicies("n", { namespace: "models", podLabels: { app: "vllm" }, name: "vllm", egress: {} });
    });
    const children = resources.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    assert.deepEqual(
      children.map(({ name, inputs }) => [name, inputs.metadata?.name]).sort(),
      ["controller", "deny", "egress", "monitoring", "router"].map((suffix) => [`n-${suffix}`, `vllm-${suffix}`]),
    );
    assert.ok(children.every(({ parent }) => parent === "model-serving:index:NetworkPolicies n"));
    assert.deepEqual((children[0]?.inputs.spec as NetworkPolicySpec).podSelector, { matchLabels: { app: "vllm" } });
  });
});

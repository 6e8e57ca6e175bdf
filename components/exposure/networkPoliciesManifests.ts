import { trafficSources, type NamespaceLabels } from "../../sdk/catalog/trafficSources";
import { labels } from "../../sdk/kubernetes/kserve";
import type {
  LabelSelector,
  NetworkPolicy,
  NetworkPolicySpec,
  PolicyPeer,
  PolicyPort,
} from "../../sdk/kubernetes/networking";
import { NETWORKING_V1 } from "../../sdk/kubernetes/networking";
import { ownership } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { Caller, NetworkPoliciesSpec } from "../../sdk/spec/exposure/networkPolicies";
import type { Loose } from "../../sdk/spec/schema/plain";

const BY_NAME = "kubernetes.io/metadata.name";

/**
 * Who may call a model, a policy for each kind of caller: they add up, and what none of them allows is denied.
 *
 * @requirement XA-19, BP-9
 */
export function networkPoliciesManifests(policies: NetworkPoliciesSpec): NetworkPolicy[] {
  const { platform, callers, gatewayNamespaces, monitoringNamespaces } = policies;
  const sources = trafficSources(platform.kind);
  const controller =
    platform.kind === "openshift-ai" ? [{ [BY_NAME]: platform.applicationsNamespace }] : sources.controller;
  const router = policies.allowRouter ? namespacesOr(gatewayNamespaces, sources.router) : [];
  const pods = podsOf(policies);
  const from: Record<string, PolicyPeer[]> = {
    // Replicas of several nodes talk to each other.
    deny: [{ podSelector: pods }],
    router: router.map(ofNamespaces),
    monitoring: namespacesOr(monitoringNamespaces, sources.monitoring).map(ofNamespaces),
    controller: controller.map(ofNamespaces),
    callers: callers.map(callerPeer),
  };
  const ingress = Object.entries(from)
    .filter(([, peers]) => peers.length > 0)
    .map(([suffix, peers]) =>
      policy(policies, suffix, { podSelector: pods, policyTypes: ["Ingress"], ingress: [{ from: peers }] }),
    );
  return policies.egress === undefined ? ingress : [...ingress, egressPolicy(policies, policies.egress)];
}

function egressPolicy(
  policies: NetworkPoliciesSpec,
  egress: NonNullable<NetworkPoliciesSpec["egress"]>,
): NetworkPolicy {
  const { dns } = trafficSources(policies.platform.kind);
  const podSelector = podsOf(policies);
  const names = { to: [ofNamespaces(dns.namespace)], ports: dns.ports.flatMap(bothProtocols) };
  const stores = egress.storageNamespaces.map((name) => ofNamespaces({ [BY_NAME]: name }));
  const networks = egress.downloadCidrs?.map((cidr) => ({ ipBlock: { cidr } }));
  // A rule without peers means every address.
  const download = present({ to: networks, ports: egress.downloadPorts.map(tcp) });
  return policy(policies, "egress", {
    podSelector,
    policyTypes: ["Egress"],
    egress: [
      { to: [{ podSelector }] },
      names,
      ...(networks?.length === 0 ? [] : [download]),
      ...(stores.length === 0 ? [] : [{ to: stores }]),
      { ports: [tcp(egress.apiServerPort)] },
    ],
  });
}

function policy(policies: NetworkPoliciesSpec, suffix: string, spec: NetworkPolicySpec): NetworkPolicy {
  const { namespace, inferenceServiceName } = policies;
  return {
    apiVersion: NETWORKING_V1,
    kind: "NetworkPolicy",
    metadata: {
      name: `${policies.name}-${suffix}`,
      namespace,
      labels: ownership(inferenceServiceName ?? policies.name),
    },
    spec,
  };
}

function podsOf({ inferenceServiceName, podLabels }: NetworkPoliciesSpec): LabelSelector {
  if (inferenceServiceName !== undefined) return { matchLabels: { [labels.inferenceService]: inferenceServiceName } };
  return podLabels === undefined ? {} : { matchLabels: podLabels };
}

function namespacesOr(names: string[] | undefined, usual: NamespaceLabels[]): NamespaceLabels[] {
  return names?.map((name) => ({ [BY_NAME]: name })) ?? usual;
}

function ofNamespaces(matchLabels: NamespaceLabels): PolicyPeer {
  return { namespaceSelector: { matchLabels } };
}

function callerPeer({ namespace, namespaceLabels, podLabels }: Loose<Caller>): PolicyPeer {
  const ofNamespace = namespace === undefined ? namespaceLabels : { [BY_NAME]: namespace };
  return present({
    namespaceSelector: ofNamespace === undefined ? undefined : { matchLabels: ofNamespace as NamespaceLabels },
    podSelector: podLabels === undefined ? undefined : { matchLabels: podLabels as Record<string, string> },
  });
}

function bothProtocols(port: number): PolicyPort[] {
  return [
    { protocol: "UDP", port },
    { protocol: "TCP", port },
  ];
}

function tcp(port: number): PolicyPort {
  return { protocol: "TCP", port };
}

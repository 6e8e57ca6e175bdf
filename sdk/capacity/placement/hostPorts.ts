/** Ports that a pod takes on its node. Upstream: kubernetes `pkg/scheduler/{util/utils.go,framework/plugins/nodeports}`. */
import type { Container, PodSpec } from "../../kubernetes/core";

export interface HostPort {
  /** `0.0.0.0` for every address of the node. */
  ip: string;
  protocol: string;
  port: number;
}

const EVERY_ADDRESS = "0.0.0.0";

/** The ports on the host that containers and sidecars of a pod ask for; with `hostNetwork` all of their ports. */
export function hostPorts(spec: Partial<PodSpec>): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...sidecars, ...(spec.containers ?? [])].flatMap((container) =>
    portsOf(container, spec.hostNetwork ?? false),
  );
}

/** Whether two pods cannot share a node because of their ports. */
export function portsClash(a: readonly HostPort[], b: readonly HostPort[]): boolean {
  return a.some((one) => b.some((other) => clash(one, other)));
}

function portsOf({ ports = [] }: Container, hostNetwork: boolean): HostPort[] {
  return ports.flatMap(({ hostPort, containerPort, hostIP, protocol }) => {
    // The API server fills in the host port of a pod on the host's network.
    const port = hostPort ?? (hostNetwork ? containerPort : 0);
    const ip = hostIP === undefined || hostIP === "" ? EVERY_ADDRESS : hostIP;
    return port > 0 ? [{ ip, protocol: protocol ?? "TCP", port }] : [];
  });
}

function clash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === EVERY_ADDRESS || b.ip === EVERY_ADDRESS;
}

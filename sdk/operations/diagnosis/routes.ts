/** Routes that lead nowhere. */
import { listAt, nameOf, ofKind, textAt, valueAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

/**
 * What is wrong with the Routes of models: not admitted, without their Service, or with a port that it lacks. Where all
 * three are in order, the model itself is to be asked from inside: {@link insideCall}.
 * @requirement TR-4
 */
export function diagnoseRoutes(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "Route", "route.openshift.io").flatMap((route) => [
    ...refused(route),
    ...withoutService(route, objects),
  ]);
}

/**
 * A command that asks a model from a pod of the cluster and leaves nothing behind. The headless Service that OpenShift AI
 * makes translates no port, so it is that of the container.
 * @requirement TR-4
 */
export function insideCall(model: { namespace: string; name: string }, path = "/v1/models", port = 8080): string {
  const address = `http://${model.name}-predictor.${model.namespace}.svc.cluster.local:${port}${path}`;
  return `kubectl run ask-${model.name} -n ${model.namespace} --rm -i --restart=Never --image=curlimages/curl -- curl -sS ${address}`;
}

function refused(route: SeenObject): Diagnosis[] {
  return listAt(route.raw, "status", "ingress").flatMap((ingress) => {
    const admitted = listAt(ingress, "conditions").find((condition) => textAt(condition, "type") === "Admitted");
    if (textAt(admitted, "status") !== "False") return [];
    const [reason, message] = [textAt(admitted, "reason") ?? "not admitted", textAt(admitted, "message") ?? ""];
    const isTaken = reason === "HostAlreadyClaimed";
    return [
      {
        id: "TR-4",
        subject: nameOf(route),
        evidence: `${reason}: ${message}`,
        cause: isTaken ? "another Route has this host already" : "the router does not take the Route as it is",
        rules: isTaken ? ["expose/host-unique", "expose/no-second-route"] : ["name/dns-budget"],
        wayOut: isTaken
          ? "leave the Route to the controller, or give yours another host"
          : "correct what the router names; a host label has at most 63 characters",
      },
    ];
  });
}

function withoutService(route: SeenObject, objects: readonly SeenObject[]): Diagnosis[] {
  const services = ofKind(objects, "Service", "").filter(({ namespace }) => namespace === route.namespace);
  const target = textAt(route.raw, "spec", "to", "name") ?? "";
  const service = services.find(({ name }) => name === target);
  // Without any Service of the namespace, none was printed.
  if (services.length === 0) return [];
  if (service === undefined) {
    return [
      {
        id: "TR-4",
        subject: nameOf(route),
        evidence: `it leads to Service ${target}, which there is not`,
        cause: "the model has no Service: it was not made yet, or the Route names another",
        rules: ["expose/target-port"],
        wayOut: "KServe calls the Service <model>-predictor and makes it once the model has a runtime",
      },
    ];
  }
  return wrongPort(route, service);
}

function wrongPort(route: SeenObject, service: SeenObject): Diagnosis[] {
  const port = valueAt(route.raw, "spec", "port", "targetPort");
  const ports = listAt(service.raw, "spec", "ports");
  const matches = (one: unknown): boolean =>
    textAt(one, "name") === port || valueAt(one, "targetPort") === port || valueAt(one, "port") === port;
  if (port === undefined || ports.some(matches)) return [];
  const names = ports.map((one) => textAt(one, "name") ?? JSON.stringify(valueAt(one, "port")));
  return [
    {
      id: "TR-4",
      subject: nameOf(route),
      evidence: `target port ${typeof port === "string" ? port : JSON.stringify(port)}; ${nameOf(service)} has ${names.join(", ")}`,
      cause: "the Service takes the name of its port from the port of the container",
      rules: ["expose/target-port", "runtime/declares-port"],
      wayOut:
        "declare the port in the runtime, or name one that the Service has; with token authentication it is https",
    },
  ];
}

/** What all objects of a server are made from and have in common. */
import type { z } from "zod";
import type { Deployment } from "../../sdk/kubernetes/apps";
import { ownership } from "../../sdk/kubernetes/ownership";
import type { ServeHardware, serveShape } from "../../sdk/spec/digitalhub/serving";

/** Settings of a server with their defaults. */
export type ServeSpec = Omit<z.output<z.ZodObject<typeof serveShape>>, "name"> & {
  name: string;
  hardware: ServeHardware;
  modelBytes?: number;
};

/** Name of a port, as DigitalHub gives it. */
export function portName(port: number): string {
  return `port${port}`;
}

/** Metadata of everything that belongs to a server. */
export function metadataOf(spec: ServeSpec, name = spec.name): Deployment["metadata"] {
  return { name, namespace: spec.namespace, labels: { ...spec.labels, ...ownership(spec.name) } };
}

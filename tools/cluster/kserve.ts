/** KServe's own manifests, as its module ships them, put together the way its kustomization does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import type { KubernetesObject } from "../../sdk/kubernetes/core";

export const KSERVE_NAMESPACE = "kserve";

/** Where the API server finds KServe's webhook server. */
export interface WebhookEndpoint {
  /** `https://127.0.0.1:<port>` */
  url: string;
  /** PEM. */
  ca: string;
}

interface Kustomization {
  resources: string[];
  images?: { name: string; newName: string; newTag: string }[];
}

/** CRDs by name, as the text of their files: 1.5 MB that need not be parsed here. `part` is a sub-folder beside them. */
export function kserveCrds(moduleDir: string, part = "."): { name: string; text: string }[] {
  return crdFiles(join(moduleDir, "config", "crd", "full", part)).flatMap(readCrds);
}

/** The CRDs in a file, as the text of each. */
export function readCrds(file: string): { name: string; text: string }[] {
  const texts = readFileSync(file, "utf8").split(/^---$/m);
  return texts.flatMap((text) => {
    const name = /^ {2}name: (\S+)$/m.exec(text)?.[1];
    if (name === undefined && /\S/.test(text.replace(/^#.*$/gm, ""))) throw new Error(`${file}: no metadata.name`);
    return name === undefined ? [] : [{ name, text }];
  });
}

function crdFiles(folder: string): string[] {
  return readKustomization(folder).resources.flatMap((resource) =>
    resource.endsWith(".yaml") ? [join(folder, resource)] : crdFiles(join(folder, resource)),
  );
}

/** `inferenceservice-config`: the shipped one, in Standard mode, with Ingress objects instead of Istio's. */
export function kserveConfig(moduleDir: string): KubernetesObject & { data: Record<string, string> } {
  const file = join(moduleDir, "config", "configmap", "inferenceservice.yaml");
  const config = load(readFileSync(file, "utf8")) as KubernetesObject & { data: Record<string, string> };
  const { data } = config;
  return {
    ...config,
    data: {
      // Everything but `_example`, which explains the rest in 20 kB.
      ...Object.fromEntries(Object.entries(data).filter(([key]) => key !== "_example")),
      deploy: JSON.stringify({ defaultDeploymentMode: "Standard" }),
      ingress: JSON.stringify({
        ...(JSON.parse(data.ingress ?? "{}") as object),
        ingressClassName: "nginx",
        disableIstioVirtualHost: true,
      }),
    },
  };
}

/** The ClusterServingRuntimes and the ClusterStorageContainer. */
export function kserveRuntimes(moduleDir: string): KubernetesObject[] {
  return ["runtimes", "storagecontainers"].flatMap((name) => {
    const folder = join(moduleDir, "config", name);
    const { resources, images = [] } = readKustomization(folder);
    const references = new Map(images.map((image) => [image.name, `${image.newName}:${image.newTag}`]));
    return resources.flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const placeholder = /(?<=image: )(\S+):replace$/gm;
      const resolved = text.replace(placeholder, (image, name: string) => references.get(name) ?? image);
      return loadAll(resolved) as KubernetesObject[];
    });
  });
}

/** The webhook configurations of a controller, calling by URL: no Service has endpoints here. */
export function kserveWebhooks(
  moduleDir: string,
  endpoint: WebhookEndpoint,
  controller: "manager" | "llmisvc" = "manager",
): KubernetesObject[] {
  const folder = join(moduleDir, "config", "webhook");
  const file = controller === "manager" ? join(folder, "manifests.yaml") : join(folder, controller, "manifests.yaml");
  const caBundle = Buffer.from(endpoint.ca).toString("base64");
  const configurations = loadAll(readFileSync(file, "utf8")) as (KubernetesObject & {
    webhooks: { clientConfig: { service: { path: string } } }[];
  })[];
  return configurations.map((configuration) => ({
    ...configuration,
    metadata: { name: configuration.metadata.name },
    webhooks: configuration.webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { url: endpoint.url + webhook.clientConfig.service.path, caBundle },
    })),
  }));
}

/** A folder's kustomization.yaml. */
export function readKustomization(folder: string): Kustomization {
  return load(readFileSync(join(folder, "kustomization.yaml"), "utf8")) as Kustomization;
}

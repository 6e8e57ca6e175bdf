/** Shape of the catalogue's entries for platforms, and for what stands around them on a cluster. */
import type { CrdManifest } from "../../catalog/crdManifests";
import type { IngressController } from "../../catalog/ingressControllers";
import type { FieldReleases } from "../../catalog/platformFields";
import type { TrafficSources } from "../../catalog/trafficSources";
import { PlatformKind } from "../platform/platform";
import { choice, dnsLabel, list, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

const source = text("where the values come from");
const release = textLike(/^\d+\.\d+$/, 'a release such as "3.4"');
const annotations = record(text("a value"), "values");

const fieldSchema = object({
  since: release,
  removedIn: release.optional(),
  instead: text("a field").optional(),
}) satisfies SchemaOf<FieldReleases>;
const fields = record(fieldSchema, "releases");

export const platformFieldsSchema = object({ components: fields, kserve: fields, dashboard: fields, source });

export const dashboardFlagsSchema = object({ flags: list(text("a flag"), "flags"), source });

export const crdManifestSchema = object({
  url: textLike(/^https:\/\/\S+\.yaml$/, "the address of a YAML file"),
  version: textLike(/^v\d+\.\d+\.\d+$/, 'a version such as "v1.5.1"'),
  source,
}) satisfies SchemaOf<CrdManifest>;

export const ingressControllerSchema = object({
  name: dnsLabel("a name"),
  classNames: list(dnsLabel("an IngressClass"), "names"),
  timeout: annotations,
  redirect: annotations,
  grpc: annotations,
  certificate: text("an annotation").optional(),
  source,
}) satisfies SchemaOf<IngressController>;

const namespaceLabels = record(text("a value"), "values");

export const trafficSourcesSchema = object({
  platform: choice(Object.values(PlatformKind)),
  router: list(namespaceLabels, "labels of namespaces"),
  monitoring: list(namespaceLabels, "labels of namespaces"),
  controller: list(namespaceLabels, "labels of namespaces"),
  dns: object({ namespace: namespaceLabels, ports: list(whole(1, 65535), "ports") }),
  note: text("what to know"),
  source,
}) satisfies SchemaOf<TrafficSources>;

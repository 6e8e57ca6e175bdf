import type { Container } from "../../sdk/kubernetes/core";
import type { ServingRuntime } from "../../sdk/kubernetes/kserve";
import { annotations, MAIN_CONTAINER, SERVING_V1ALPHA1 } from "../../sdk/kubernetes/kserve";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { usualPortName } from "../../sdk/spec/runtimes/customRuntime";
import type { ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import {
  forPlatform,
  healthProbes,
  mergedEnvironment,
  mergedMounts,
  mergedResources,
  mergedVolumes,
  runtimeLabels,
  scrapeAnnotations,
} from "./runtimeContainer";

type Custom = NonNullable<ServingRuntimeSpec["custom"]>;

/**
 * A runtime of the user's own.
 *
 * @requirement RT-4, RT-13, RT-37
 */
export function customRuntimeManifest(runtime: ServingRuntimeSpec, custom: Custom): ServingRuntime {
  const { nodeSelector, affinity, tolerations, imagePullSecrets = [] } = runtime;
  const [first] = custom.ports;
  const { metrics } = custom;
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "ServingRuntime",
    metadata: {
      name: runtime.name,
      namespace: runtime.namespace,
      labels: runtimeLabels(runtime),
      annotations: forPlatform(
        present({
          [annotations.displayName]: runtime.displayName ?? runtime.name,
          [annotations.serverType]: custom.serverType,
          [annotations.recommendedAccelerators]: runtime.hardware && JSON.stringify([runtime.hardware.resource]),
        }),
        runtime,
      ),
    },
    spec: present({
      annotations: metrics && scrapeAnnotations(metrics.port ?? first?.port ?? 0, metrics.path),
      multiModel: false,
      supportedModelFormats: custom.formats.map((format) => present(format)),
      protocolVersions: nonEmpty(custom.protocolVersions),
      containers: [containerOf(runtime, custom)],
      volumes: mergedVolumes([], runtime),
      imagePullSecrets: nonEmpty(imagePullSecrets.map((name) => ({ name }))),
      nodeSelector,
      affinity,
      tolerations,
    }),
  };
}

function containerOf(
  runtime: ServingRuntimeSpec,
  { command, ports, health, protocolVersions = [] }: Custom,
): Container {
  const [first] = ports;
  const probes = health && healthProbes({ ...health, port: health.port ?? first?.port ?? 0 });
  return present({
    name: MAIN_CONTAINER,
    image: runtime.image,
    command: nonEmpty(command),
    args: nonEmpty(runtime.args),
    env: mergedEnvironment([], runtime),
    ports: ports.map(({ name = usualPortName(protocolVersions), port }) => ({
      name,
      containerPort: port,
      protocol: "TCP",
    })),
    resources: mergedResources(undefined, runtime),
    volumeMounts: mergedMounts([], [], runtime),
    ...probes,
  });
}

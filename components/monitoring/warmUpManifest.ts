import type { KubernetesObject, PodSpec } from "../../sdk/kubernetes/core";
import { ownership } from "../../sdk/kubernetes/ownership";
import type { WarmUpSpec } from "../../sdk/spec/monitoring/warmUp";

/** A Job. */
export interface Job extends KubernetesObject {
  spec: {
    backoffLimit: number;
    activeDeadlineSeconds: number;
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  };
}

/** Variables of the container. Values go by variable: no name of a model can become a part of the command. */
const COMMAND =
  'exec curl -sSf --retry 60 --retry-all-errors --retry-delay 5 -k -o /dev/null -H "Content-Type: application/json" ' +
  '${CREDENTIAL:+-H "Authorization: Bearer $CREDENTIAL"} -d "$BODY" "$ADDRESS"';

/**
 * A Job that asks for one token and ends when it has it.
 *
 * @requirement MO-9
 */
export function warmUpManifest(warmUp: WarmUpSpec): Job {
  const { name, namespace, modelName, secretName, secretKey = "token" } = warmUp;
  const body = JSON.stringify({ model: modelName, prompt: "Hello", max_tokens: 1 });
  const labels = ownership(modelName.length <= 63 && /^[\w.-]+$/.test(modelName) ? modelName : name);
  const credential =
    secretName === undefined
      ? []
      : [{ name: "CREDENTIAL", valueFrom: { secretKeyRef: { name: secretName, key: secretKey } } }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: warmUp.timeoutSeconds,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "curl",
              image: warmUp.image,
              command: ["sh", "-c", COMMAND],
              env: [
                { name: "ADDRESS", value: `${warmUp.url.replace(/\/$/, "")}${warmUp.apiPath}/completions` },
                { name: "BODY", value: body },
                ...credential,
              ],
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  };
}

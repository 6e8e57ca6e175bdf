/**
 * Variables that tell a downloader how to reach an S3 store.
 * Upstream: kserve/kserve `pkg/credentials/s3/utils.go` (BuildS3EnvVars).
 */
import type { S3Config } from "../controllerConfig";
import { variable } from "../merge/environment";
import type { Traced } from "../merge/traced";

/** A setting: its annotation, its variable (and key of a Secret), and its default. */
interface Setting {
  annotation: string;
  name: string;
  fallback: keyof S3Config;
}

const ENDPOINT: Setting = { annotation: "s3-endpoint", name: "S3_ENDPOINT", fallback: "s3Endpoint" };
const USE_HTTPS: Setting = { annotation: "s3-usehttps", name: "S3_USE_HTTPS", fallback: "s3UseHttps" };
const OTHERS: readonly Setting[] = [
  { annotation: "s3-verifyssl", name: "S3_VERIFY_SSL", fallback: "s3VerifySSL" },
  { annotation: "s3-useanoncredential", name: "awsAnonymousCredential", fallback: "s3UseAnonymousCredential" },
  { annotation: "s3-region", name: "AWS_DEFAULT_REGION", fallback: "s3Region" },
  { annotation: "s3-usevirtualbucket", name: "S3_USER_VIRTUAL_BUCKET", fallback: "s3UseVirtualBucket" },
  { annotation: "s3-useaccelerate", name: "S3_USE_ACCELERATE", fallback: "s3UseAccelerate" },
  { annotation: "s3-cabundle", name: "AWS_CA_BUNDLE", fallback: "s3CABundle" },
  { annotation: "s3-cabundle-configmap", name: "AWS_CA_BUNDLE_CONFIGMAP", fallback: "s3CABundleConfigMap" },
];

/** Keys under which a Secret may hold settings. */
export const S3_SECRET_KEYS: readonly string[] = [ENDPOINT, USE_HTTPS, ...OTHERS].map(({ name }) => name);

/**
 * The variables that are set, in upstream's order.
 * @param annotations of the Secret or the ServiceAccount
 * @param dataOf the text under a key of the Secret
 */
export function s3Variables(
  annotations: Readonly<Record<string, string>>,
  dataOf: (key: string) => string | undefined,
  config: S3Config,
): Traced[] {
  const valueOf = ({ annotation, name, fallback }: Setting): string =>
    annotations[`serving.kserve.io/${annotation}`] ?? dataOf(name) ?? config[fallback];
  const others = OTHERS.map((setting) => [setting.name, valueOf(setting)] as const);
  return [...endpointVariables(valueOf(ENDPOINT), valueOf(USE_HTTPS)), ...others]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => variable(name, value));
}

/** A scheme in the endpoint goes before the setting; without either it is https. */
function endpointVariables(written: string, useHttps: string): [string, string][] {
  if (written === "") return [];
  const endpoint = written.trim();
  const scheme = /^(https?):\/\//i.exec(endpoint)?.[1]?.toLowerCase();
  const bare = scheme === undefined ? endpoint : endpoint.slice(`${scheme}://`.length);
  const protocol = useHttps === "0" ? "http" : "https";
  return [
    ["S3_USE_HTTPS", scheme === undefined ? useHttps : scheme === "https" ? "1" : "0"],
    ["S3_ENDPOINT", bare],
    ["AWS_ENDPOINT_URL", scheme === undefined ? `${protocol}://${endpoint}` : endpoint],
  ];
}

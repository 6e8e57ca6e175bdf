/** What examples ask their users for, under the name of the mocks' project. */
export const EXAMPLE_CONFIG: Readonly<Record<string, string>> = {
  "project:accessKeyId": "an-access-key",
  "project:secretAccessKey": "a-secret-key",
  "project:registryToken": "a-token",
  "project:namespace": "redhat-ods-applications",
  "project:ngcApiKey": "nvapi-a-key",
  "project:x86Image": "quay.io/example/vllm-spyre:x86",
  "project:ppc64leImage": "quay.io/example/vllm-spyre:ppc64le",
};

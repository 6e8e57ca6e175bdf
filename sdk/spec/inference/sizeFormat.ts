/** Bytes as a whole number of Gi, rounded up. */
export function formatQuantityGi(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 30)}Gi`;
}

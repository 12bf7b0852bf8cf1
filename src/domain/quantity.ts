/**
 * A quantity as the API server takes it for CPU, memory and sizes: digits with at most one point, then a suffix of powers of 1000 (n u m k M G T P E) or of 1024
 * (Ki Mi Gi Ti Pi Ei), or a decimal exponent (`1e3`). From resource.Quantity of k8s.io/apimachinery, without a sign: none of these may be negative.
 */
const QUANTITY = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** True for a text that the API server takes as a quantity of zero or more. */
export const isQuantity = (text: string): boolean => QUANTITY.test(text);

/** The container that obtains and renews the gateway's certificate. */
export const ACME_SERVICE = "acme";

/** Last part of the name of its volume, on which account, certificates and this file are. */
export const ACME_VOLUME = "data";

/** Where both containers have that volume. */
export const DATA_PATH = "/acme";

/** Key and certificate in one file, so that a new pair comes into force at once. */
export const CERTIFICATE_FILE = `${DATA_PATH}/gateway.pem`;

/** What is told to Prometheus. */
export const METRICS_FILE = `${DATA_PATH}/metrics`;

/** The server of the tools of an agent's own host (design 2.4). */
export const HOST_SERVER = "host";

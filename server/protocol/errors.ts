/** Error codes shared by REST, socket.io and CLI, each with the HTTP status that answers it. */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  session_not_found: 404,
  avatar_not_found: 404,
  conflict: 409,
  session_closed: 410,
  too_large: 413,
  unsupported_codec: 415,
  unreadable_media: 422,
  bad_pack: 422,
  bad_pose: 422,
  bad_rtp: 422,
  too_many: 429,
  internal: 500,
  download_failed: 502,
  missing_dependency: 503,
  over_capacity: 503,
  port_taken: 503,
  folder_unreachable: 503,
  engine_failed: 503,
  encoder_failed: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

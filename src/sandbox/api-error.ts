/** An answer of GitHub that is no success. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: unknown[] | undefined;
  readonly headers: Record<string, string>;
  readonly extra: Record<string, unknown>;

  // oxlint-disable-next-line max-params -- status and message are always there, the other two seldom
  constructor(status: number, message: string, errors?: unknown[], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
    this.extra = {};
  }
}

export function notFound(): ApiError {
  return new ApiError(404, "Not Found");
}

export function forbidden(message = "Must have admin rights to Repository."): ApiError {
  return new ApiError(403, message);
}

export function notByIntegration(): ApiError {
  return new ApiError(403, "Resource not accessible by integration");
}

export function invalid(resource: string, field: string, message?: string): ApiError {
  const error =
    message === undefined ? { resource, field, code: "invalid" } : { resource, field, code: "custom", message };
  return new ApiError(422, "Validation Failed", [error]);
}

export function missing(resource: string, field: string): ApiError {
  return new ApiError(422, "Validation Failed", [{ resource, field, code: "missing_field" }]);
}

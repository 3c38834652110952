// Satisfies the link list of a library target that is never built.

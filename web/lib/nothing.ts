/** Stands for parts of packages that no browser needs; see next.config.ts. */
export {};

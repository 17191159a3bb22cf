# Dependencies apart from the source: they change rarely, and their layer is kept.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: nothing the app needs at run time has any.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
# The only place the app writes to. Owned before it becomes a volume, so that the volume is owned alike.
RUN mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json app.yml LICENSE ./
COPY src ./src
COPY templates ./templates
USER node
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data ENV_FILE=/data/.env
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node runs TypeScript as it is; it is process 1, so signals reach it.
CMD ["node", "src/main.ts"]

# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS packages
WORKDIR /heddle
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/var/cache/npm npm ci --cache /var/cache/npm --include=dev --ignore-scripts

FROM packages AS canvas
COPY . .
RUN node scripts/build-canvas.mjs

FROM packages AS production-packages
RUN npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4400 \
    HEDDLE_DATA=/data
WORKDIR /heddle
# The data directory holds keys: it belongs to the user that runs the server, and to nobody else.
RUN install -d -o node -g node -m 700 /data
COPY --from=production-packages /heddle/node_modules node_modules
COPY --from=canvas /heddle/dist dist
COPY package.json LICENSE ./
COPY runtime runtime
COPY nodes nodes
COPY server server
COPY templates templates
USER node
VOLUME /data
EXPOSE 4400
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets SIGTERM itself; run with --init when MCP servers that leave children behind are used.
CMD ["node", "--max-semi-space-size=16", "server/main.ts"]

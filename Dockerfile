FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/grant-sdk/package.json libs/grant-sdk/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# node_modules links to it
COPY --from=build /app/libs/grant-sdk ./libs/grant-sdk
USER node
EXPOSE 3000
# DATABASE_URL and KEY_ENCRYPTION_KEY are required: the embedded PostgreSQL is a development dependency, not in this image.
CMD ["node", "dist/src/main.js"]

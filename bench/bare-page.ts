// A program of its own: one page by Express, as the least that a server of pages takes to start and to keep.
import express from "express";

const app = express();
app.get("/", (_request, response) => void response.type("html").send("<!doctype html><title>Bare</title>"));
app.listen(Number(process.env.PORT), "127.0.0.1");

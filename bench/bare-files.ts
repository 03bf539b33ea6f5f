// A program of its own: the files of a directory by Express.
import express from "express";

const app = express();
app.use(express.static(process.env.BARE_FILES ?? "."));
app.listen(Number(process.env.PORT), "127.0.0.1");

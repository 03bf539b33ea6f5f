import { expect, it } from "vitest";
import { stemsOf } from "./stems.ts";

it("leaves out case, accents, English endings and small words", () => {
  expect(stemsOf("The Résumés of 2 looms, weaving")).toEqual(["resum", "2", "loom", "weav"]);
});

it("pairs the letters of scripts without spaces, with the marks that belong to them", () => {
  expect(stemsOf("データ")).toEqual(["デー", "ータ", "タ"].map((pair) => pair.normalize("NFKD").replaceAll(/\p{M}/gu, "")));
  expect(stemsOf("らーめん")).toEqual(["らー", "ーめ", "めん", "ん"]);
  expect(stemsOf("時々")).toEqual(["時々", "々"]);
  // half as wide, the same
  expect(stemsOf("ﾒｰﾙ")).toEqual(stemsOf("メール"));
});

it("ends pairs where a sentence ends", () => {
  expect(stemsOf("図。「表」、絵・画")).toEqual(["図", "表", "絵", "画"]);
  expect(stemsOf("ユーザー123とmail")).toEqual(["ユー", "ーサ", "サー", "ー", "123", "と", "mail"]);
});

it("compares the beginning of what is too long for a word", () => {
  expect(stemsOf("a".repeat(395))).toEqual(["a".repeat(64)]);
  expect(stemsOf(`é${"a".repeat(394)}`)).toEqual([`e${"a".repeat(63)}`]);
});

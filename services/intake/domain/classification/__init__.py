"""Classification (分类): the purpose of a petition, which decides who may handle it."""

from _help.words import WORD

print(WORD)

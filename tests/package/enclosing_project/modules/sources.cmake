message(FATAL_ERROR "a module of the enclosing project was taken for one of tijian")
